"""What happens once, when the module is installed or removed."""

# Columns made ahead: a column that exists is not "new", so the ORM neither
# computes nor updates a million contacts while it installs.
_PARTNER_COLUMNS = {
    "lifecycle_stage_id": "integer",
    "lifecycle_stage_date": "timestamp",
    "lifecycle_stage_held": "boolean",
    "lifecycle_stage_reason": "varchar",
    "lifecycle_kind": "varchar",
    "lifecycle_birth_date": "date",
    "lifecycle_gender": "varchar",
    "lifecycle_gender_text": "varchar",
}


def pre_init_hook(env):
    """Add our columns to the big tables, which PostgreSQL does at once."""
    for column, kind in _PARTNER_COLUMNS.items():
        env.cr.execute(
            f"ALTER TABLE res_partner ADD COLUMN IF NOT EXISTS {column} {kind}"
        )


def post_init_hook(env):
    """Give every contact its profile, and let the first refreshes start alone."""
    env["lifecycle.profile"]._create_missing()
    env.ref("contact_lifecycle.ir_cron_harvest_touchpoints")._trigger()
    env.ref("contact_lifecycle.ir_cron_refresh_quality")._trigger()


def uninstall_hook(env):
    """Take mailings to segments out of the queue: without them they reach everybody."""
    mailings = env["mailing.mailing"].with_context(active_test=False)
    mailings.search(
        [
            ("state", "in", ("in_queue", "sending")),
            "|",
            ("segment_ids", "!=", False),
            ("excluded_segment_ids", "!=", False),
        ]
    ).action_cancel()
