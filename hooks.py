"""What happens once, when the module is installed and when it goes."""

# Columns made ahead: a column that exists is not "new", so the ORM neither
# computes nor updates a million contacts while it installs.
_PARTNER_COLUMNS = {
    "lifecycle_stage_id": "integer",
    "lifecycle_stage_date": "timestamp",
    "lifecycle_stage_held": "boolean",
    "lifecycle_stage_reason": "varchar",
    "lifecycle_kind": "varchar",
    "lifecycle_birth_date": "date",
    "lifecycle_birth_year": "integer",
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
    env["lifecycle.link.key"]._get_signing_key()
    env.ref("contact_lifecycle.ir_cron_harvest_touchpoints")._trigger()
    env.ref("contact_lifecycle.ir_cron_refresh_quality")._trigger()


def uninstall_hook(env):
    """Leave nothing behind that the ORM does not know of; mail nobody by mistake."""
    _cancel_segment_mailings(env)
    _drop_consent_evidence(env)


def _cancel_segment_mailings(env):
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


def _drop_consent_evidence(env):
    """Let evidence go, which a trigger keeps and purposes and topics are tied to."""
    env.flush_all()
    env.cr.execute("DROP FUNCTION IF EXISTS lifecycle_consent_event_keep() CASCADE")
    env.cr.execute(
        "TRUNCATE lifecycle_consent, lifecycle_consent_queue, lifecycle_consent_seal,"
        " lifecycle_consent_event, lifecycle_leaving, lifecycle_consent_import,"
        " lifecycle_consent_import_column, lifecycle_consent_import_row,"
        " lifecycle_consent_renewal, lifecycle_consent_lifecycle_consent_renewal_rel"
    )
    env.invalidate_all()
    # Purposes of ours cannot go while topics of the company are below them.
    env["lifecycle.topic"].with_context(active_test=False).search([]).unlink()
