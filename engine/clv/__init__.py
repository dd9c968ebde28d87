"""What a customer is likely to buy, and to be worth, from counts and dates alone.

The order of use: aggregate customers in SQL, ``histories.collect`` and
``amounts.collect`` them, fit with ``bg_nbd_fit.fit_best`` and ``spend.choose``, fill a
table with ``discount.det_table``, score in SQL.  Nothing here holds all customers.

Time is in days and an order is a *purchase day*, unless a docstring says otherwise;
the formulas hold in any unit, as long as a fit and its use share it.
"""
