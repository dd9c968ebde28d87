from odoo.http import request, route
from odoo.tools import consteq

from odoo.addons.mass_mailing.controllers.main import MassMailController


class LifecycleMailTracking(MassMailController):
    """Tell people from machines on the pixel that Odoo puts into mails."""

    @route()
    def track_mail_open(self, mail_id, token, **post):
        expected = request.env["mail.mail"]._generate_mail_recipient_token(mail_id)
        if token.isascii() and consteq(token, expected):
            http = request.httprequest
            # sudo: the pixel has no user; its token was checked just above.
            request.env["lifecycle.mail.open"].sudo()._record_hit(
                mail_id, http.user_agent.string, http.method
            )
        return super().track_mail_open(mail_id, token, **post)
