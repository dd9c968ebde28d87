"""The benchmark: the addon on many contacts, beside bare SQL and the ORM.

``scripts/bench`` makes a database, fills it with ``data.sql`` and runs this package,
which installs the addon and runs the jobs of ``jobs/``.  A feature adds a job there::

    @job("What a reader of the table should know", needs=("profile_full",))
    def score_full(bench):
        bench.rows = bench.contacts
        bench.bound(_SCORE_SQL, before=bench.copy_of("lifecycle_profile"))
        bench.ours(bench.env["lifecycle.scorecard"]._refresh_all)

The *bound* is the least SQL that gives the same result in the same run; targets are
ratios to it, for seconds alone say more about the machine than about the addon.
"""
