"""How good the data of a contact are: complete, valid, fresh.

``addresses`` judges an e-mail address and a phone number, ``points`` makes one number
of it all.  Models do the same in SQL for all contacts at once; here is what they are
tested against, and what explains the quality of one contact.
"""
