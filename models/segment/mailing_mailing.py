from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

_READERS = "contact_lifecycle.group_lifecycle_reader"


class MailingMailing(models.Model):
    """Contacts in some segments and not in others, as recipients.

    Segments only ever narrow the recipients that the mailing's own filter finds.
    Count, A/B samples, queue and sending all ask ``_get_recipients_domain``.
    """

    _inherit = "mailing.mailing"

    # Deleting a segment must not turn its mailings into mailings to everybody.
    segment_ids = fields.Many2many(
        "lifecycle.segment",
        "mailing_mailing_lifecycle_segment_rel",
        "mailing_id",
        "segment_id",
        string="In Segments",
        ondelete="restrict",
        groups=_READERS,
        help="Contacts that are in any of these segments when the mailing starts",
    )
    excluded_segment_ids = fields.Many2many(
        "lifecycle.segment",
        "mailing_mailing_lifecycle_excluded_segment_rel",
        "mailing_id",
        "segment_id",
        string="Not in Segments",
        ondelete="restrict",
        groups=_READERS,
        help="Contacts that are in one of these segments are left out",
    )
    segment_recipient_count = fields.Integer(
        string="Contacts in Segments",
        compute="_compute_segment_recipient_count",
        groups=_READERS,
        help="Contacts that would be mailed now, before blacklist and opt-outs",
    )
    segment_warning = fields.Text(
        compute="_compute_segment_warning",
        groups=_READERS,
        help="Why the mailing cannot start with these segments",
    )
    segment_error = fields.Text(
        string="Not Started",
        readonly=True,
        copy=False,
        help="Why the mailing did not start when its time had come",
    )

    @api.depends(
        "segment_ids", "excluded_segment_ids", "mailing_domain", "mailing_model_id"
    )
    def _compute_segment_recipient_count(self):
        for mailing in self:
            mailing.segment_recipient_count = (
                self.env["res.partner"].search_count(mailing._get_recipients_domain())
                if any(mailing._get_segments())
                else 0
            )

    @api.depends(
        "segment_ids.state", "excluded_segment_ids.state", "state", "mailing_model_id"
    )
    def _compute_segment_warning(self):
        for mailing in self:
            done = mailing.state == "done"
            mailing.segment_warning = not done and mailing._get_segment_problem()

    @api.onchange("mailing_model_id")
    def _onchange_mailing_model_segments(self):
        if self.mailing_model_name != "res.partner":
            self.segment_ids = self.excluded_segment_ids = False

    @api.constrains("segment_ids", "excluded_segment_ids", "mailing_model_id")
    def _check_segments(self):
        for mailing in self:
            wanted, unwanted = mailing._get_segments()
            segments = wanted | unwanted
            if segments and mailing.mailing_model_name != "res.partner":
                raise ValidationError(
                    self.env._(
                        "Segments choose among contacts. Set the recipients of "
                        "“%s” to Contact, or take the segments out.",
                        mailing.subject,
                    )
                )
            # Nobody mails a segment that they may not see in any of their companies.
            segments.with_env(self.env).with_context(
                allowed_company_ids=self.env.user.company_ids.ids
            ).check_access("read")

    def write(self, vals):
        if {"segment_ids", "excluded_segment_ids"} & vals.keys():
            vals = {"segment_error": False, **vals}
        return super().write(vals)

    def action_put_in_queue(self):
        """Refuse what cannot start; a cron queues it and the queue says why not."""
        if not self.env.context.get("cron_id"):
            self._check_segments_ready()
        # sudo: cleared by whoever starts the mailing, with or without segments.
        self.filtered("segment_error").sudo().segment_error = False
        return super().action_put_in_queue()

    def action_schedule(self):
        self._check_segments_ready()
        return super().action_schedule()

    def _action_send_mail(self, res_ids=None):
        self._check_segments_ready()
        return super()._action_send_mail(res_ids)

    @api.model
    def _process_mass_mailing_queue(self):
        self._stop_not_ready()
        return super()._process_mass_mailing_queue()

    def _stop_not_ready(self):
        """Take mailings whose segments are not ready out of the queue, saying why.

        They do not wait: sent days later, with nobody looking, a mailing may say what
        is no longer true.
        """
        due = self.with_context(active_test=False).search(
            [
                ("state", "in", ("in_queue", "sending")),
                ("active", "=", True),
                "|",
                ("schedule_date", "<", fields.Datetime.now()),
                ("schedule_date", "=", False),
                "|",
                ("segment_ids", "!=", False),
                ("excluded_segment_ids", "!=", False),
            ]
        )
        for mailing in due:
            person = mailing.user_id or mailing.write_uid
            mailing = mailing.with_context(lang=person.lang or self.env.lang)
            if problem := mailing._get_segment_problem():
                mailing._stop_for_segments(problem, person)

    def _stop_for_segments(self, problem, person):
        self.action_cancel()
        self.segment_error = problem
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("The mailing did not start"),
            note=problem,
            user_id=person.id if person.active else self.env.uid,
        )

    def _check_segments_ready(self):
        """Refuse to start on a broken, held, archived or never filled segment.

        :raise UserError: naming the segments and what is the matter
        """
        for mailing in self:
            if problem := mailing._get_segment_problem():
                raise UserError(problem)

    def _get_segment_problem(self):
        """Return why these segments cannot be mailed, in the user's words, or False."""
        wanted, unwanted = self._get_segments()
        segments = wanted | unwanted
        if not segments or self.mailing_model_real != "res.partner":
            return False
        archived = segments.filtered(lambda segment: not segment.active)
        if archived:
            return self.env._(
                "These segments are archived, so their members are no longer kept up "
                "to date: %s. Choose others.",
                ", ".join(archived.mapped("name")),
            )
        try:
            segments._check_usable()
        except UserError as error:
            return str(error)
        return False

    def _get_segments(self):
        """Return the segments in and those out, also archived or hidden ones.

        Read from the table, where no rule and no cache of the user's can leave one
        out: a segment forgotten would mean a mailing to everybody.
        """
        if not self.id:
            return self.segment_ids._origin, self.excluded_segment_ids._origin
        return self._read_segments("segment_ids"), self._read_segments(
            "excluded_segment_ids"
        )

    def _read_segments(self, name):
        field = self._fields[name]
        rows = self.env.execute_query(
            SQL(
                "SELECT %s FROM %s WHERE %s = %s ORDER BY 1",
                SQL.identifier(field.column2),
                SQL.identifier(field.relation),
                SQL.identifier(field.column1),
                self.id,
            )
        )
        # sudo: state and members decide who is mailed, whoever sends.
        return self.env["lifecycle.segment"].sudo().browse(row[0] for row in rows)

    def _get_recipients_domain(self):
        domain = super()._get_recipients_domain()
        if self.mailing_model_real != "res.partner":
            return domain
        wanted, unwanted = self._get_segments()
        if wanted:
            domain &= Domain("id", "in", self._get_segment_contacts(wanted))
        elif unwanted:
            # Those left out were counted in these companies; so are those mailed.
            companies = unwanted.company_id.parent_ids
            domain &= Domain("company_id", "in", [False, *companies.ids])
        if unwanted:
            left_out = SQL("(%s)", unwanted._get_members_sql())
            domain &= Domain("id", "not in", left_out)
        return domain

    def _get_segment_contacts(self, segments):
        """Return SQL of the members, each still of its segment's company or shared.

        A branch's contacts are its own, and those of the companies above it.

        The queue runs as superuser, so no record rule would see that a contact has
        gone to another company since the last refresh.
        """
        return SQL(
            """(SELECT m.partner_id
                  FROM lifecycle_segment_member m
                  JOIN lifecycle_segment s ON s.id = m.segment_id
                  JOIN res_company c ON c.id = s.company_id
                  JOIN res_partner p ON p.id = m.partner_id
                 WHERE m.segment_id IN %s AND m.leave_date IS NULL
                   AND (p.company_id IS NULL OR p.company_id::varchar
                        = ANY(string_to_array(c.parent_path, '/'))))""",
            tuple(segments.ids),
        )
