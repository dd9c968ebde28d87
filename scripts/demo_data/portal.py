"""A customer who looks after her own data: the account of the portal."""

from odoo import Command

EMAIL = "lucia.ferrer@example.com"
LOGIN = "lucia"


def open_account(story):
    """Let one customer log in; no invitation is sent."""
    customer = story.env["res.partner"].search([("email", "=", EMAIL)], limit=1)
    if not customer:
        return
    story.env["res.users"].with_context(no_reset_password=True).create(
        {
            "login": LOGIN,
            "password": LOGIN,
            "partner_id": customer.id,
            "lang": customer.lang,
            "group_ids": [Command.set(story.env.ref("base.group_portal").ids)],
        }
    )
