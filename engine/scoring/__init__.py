"""Points for what a contact is and did, bands, and a calibrated probability.

The order of use, for points: ``points.rule_lines`` for each rule, ``points.total``
for the contact, ``bands.band`` and ``bands.is_above`` for what follows from it.  For
the probability: aggregate contacts in SQL, ``conversion.fit``, score in SQL with its
weights.

Models do the same in SQL for all contacts at once; here is what they are tested
against, and what explains the score of one contact.
"""
