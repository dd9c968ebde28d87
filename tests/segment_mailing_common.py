from odoo.addons.mail.tests.common import MailCase

from .segment_common import SegmentCase


class SegmentMailingCase(SegmentCase, MailCase):
    """Mailings to segments of contacts with an address."""

    def setUp(self):
        super().setUp()
        self.ana, self.ben, self.eva, self.mia = (
            self.make_partner(name, email=f"{name.lower()}@example.com")
            for name in ("Ana", "Ben", "Eva", "Mia")
        )
        self.fans = self.make_static("Fans", self.ana, self.ben)
        self.buyers = self.make_static("Buyers", self.ben, self.eva)

    def make_static(self, name, *partners, **values):
        segment = self.make_segment(kind="static", name=name, **values)
        if partners:
            segment._add_contacts(self.ids_of(*partners))
        return segment

    def mail_to(self, segments, out=(), **values):
        values.setdefault("mailing_domain", "[]")
        return self.make_mailing(
            segment_ids=[segment.id for segment in segments],
            excluded_segment_ids=[segment.id for segment in out],
            **values,
        )

    def recipients(self, mailing):
        return self.Partner.browse(mailing._get_recipients())

    def send_queue(self):
        self.env.flush_all()
        cron = self.env.ref("mass_mailing.ir_cron_mass_mailing_queue")
        with self.mock_mail_gateway(), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def mailed(self, mailing):
        traces = self.env["mailing.trace"].search(
            [("mass_mailing_id", "=", mailing.id)]
        )
        return self.Partner.browse(sorted(traces.mapped("res_id")))
