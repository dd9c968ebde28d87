import socket
from email import message_from_bytes, policy

from odoo.tools import mute_logger

try:
    from aiosmtpd.controller import Controller
except ImportError:
    Controller = None


class Sink:
    """Keeps what is sent to it, by recipient."""

    def __init__(self):
        self.messages = {}

    async def handle_DATA(self, server, session, envelope):
        message = message_from_bytes(envelope.content, policy=policy.default)
        for recipient in envelope.rcpt_tos:
            self.messages.setdefault(recipient, []).append(message)
        return "250 OK"


class SinkMixin:
    """Lets a test read the mails that Odoo sends; they go out by SMTP, on loopback."""

    def start_sink(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        sink = Sink()
        controller = Controller(sink, hostname="127.0.0.1", port=port)
        controller.start()
        self.addCleanup(controller.stop)
        servers = self.env["ir.mail_server"]
        servers.search([]).active = False
        servers.create(
            {
                "name": "Sink",
                "smtp_host": "127.0.0.1",
                "smtp_port": port,
                "smtp_encryption": "none",
            }
        )
        # Odoo sends nothing while it is tested.
        self.patch(type(servers), "_disable_send", classmethod(lambda cls: False))
        return sink

    def send_mailing(self, mailing):
        """Send it; return the trace of each contact, by id."""
        with mute_logger("odoo.addons.mail.models.mail_mail"):
            mailing.action_send_mail()
        self.env.flush_all()
        return {trace.res_id: trace for trace in mailing.mailing_trace_ids}
