"""How satisfied a contact is: one scale for all questions, and what follows from it.

The order of use, for one answer: ``scale.normalise`` to 0–100, ``scale.band`` of that;
for a contact: ``scale.trend`` of its last answers; for a group: ``nps.summarise`` of
how many answers fell into each band.

Models do the first three in SQL for many contacts at once; here is what they are
tested against.
"""
