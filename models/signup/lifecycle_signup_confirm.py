from odoo import api, models
from odoo.tools import SQL

from ...engine.consent import tokens


class LifecycleSignup(models.Model):
    """From a sign-up to a contact that agreed: by a press on the link in the message.

    All methods run as superuser, for whoever holds a genuine link.
    """

    _inherit = "lifecycle.signup"

    def _issue_token(self):
        """Return the token of the link in the message."""
        self.ensure_one()
        number, secret = self.env["lifecycle.link.key"]._get_signing_key()
        said = tokens.Link(
            key=number,
            scope="signup",
            subject=int(self.subject, 16),
            minute=tokens.minute_of(self.env.cr.now()),
        )
        return tokens.issue(secret, said, version=1)

    @api.model
    def _open(self, token):
        """Return the sign-up that a token is for, or none for whatever is wrong."""
        try:
            said = tokens.read(token)
        except tokens.TokenError:
            return self.browse()
        key = self.env["lifecycle.link.key"]._get_ring().get(said.key)
        if not tokens.is_genuine(key[0] if key else b"-", token, 1) or not key:
            return self.browse()
        if said.scope != "signup" or not said.is_current(self.env.cr.now()):
            return self.browse()
        # sudo: the token is what gives access, to this row alone.
        signup = self.sudo().search([("subject", "=", f"{said.subject:016x}")])
        return signup._get_newest()

    def _get_newest(self):
        """Return the sign-up that took the place of this one, should there be one."""
        if self.state != "replaced" or not self.address:
            return self
        return self.search(
            [
                ("address", "=", self.address),
                ("form_id", "=", self.form_id.id),
                ("state", "in", ("waiting", "confirmed")),
            ],
            limit=1,
        )

    def _confirm(self):
        """Let what was asked for hold; return whether it holds now.

        Pressed twice, or at once in two windows, it happens once.
        """
        self.ensure_one()
        if self.state == "waiting":
            self._lock()
        if self.state == "waiting":
            self._admit("double_opt_in")
        return self.state == "confirmed"

    def _lock(self):
        """Let nobody else confirm for this address at the same time.

        Who comes second fails with a serialization error, which Odoo tries again.
        """
        self.env.execute_query(
            SQL(
                "SELECT id FROM lifecycle_signup WHERE address = %s FOR UPDATE",
                self.address,
            )
        )
        self.invalidate_recordset()

    def _admit(self, source):
        """Find or make the contact, and record what it agreed to.

        :param source: ``double_opt_in``, or ``signup`` for who need not confirm
        """
        links = self.env["lifecycle.link"]
        partner = links._find_partner(self.address, self.company_id)
        is_new = not partner
        if is_new:
            partner = self._make_partner()
        consents = self.env["lifecycle.consent"]
        # Who left a moment ago had left.
        consents._apply_queue()
        consents._record(self._prepare_consents(partner, is_new, source))
        self._fill_partner(partner, is_new)
        self._close(partner)
        self.env["lifecycle.touchpoint.source"]._trigger_harvest()

    def _make_partner(self):
        partners = self.env["res.partner"].with_context(mail_create_nosubscribe=True)
        # A contact that only one of several companies may write to is that one's.
        is_alone = self.env["res.company"].search_count([], limit=2) == 1
        return partners.create(
            {
                "name": self.address,
                "email": self.address,
                "lang": self.lang,
                "company_id": False if is_alone else self.company_id.id,
            }
        )

    def _fill_partner(self, partner, is_new):
        """Write what was answered, for a contact we know only where nothing is known.

        Whoever confirms owns the address; that need not be who filled in the form.
        """
        answers = {int(number): text for number, text in (self.answers or {}).items()}
        if answers:
            self.env["lifecycle.question"]._write(
                partner,
                self.company_id,
                answers,
                {"source": "signup", "lang": self.lang},
                only_empty=not is_new,
            )

    def _close(self, partner):
        """Keep whose sign-up it was, and of the answers nothing."""
        self.env.execute_query(
            SQL(
                """UPDATE lifecycle_signup
                      SET state = CASE WHEN id = %(id)s THEN 'confirmed'
                                       ELSE 'replaced' END,
                          partner_id = CASE WHEN id = %(id)s THEN %(partner)s END,
                          confirm_date = CASE WHEN id = %(id)s
                                              THEN %(now)s::timestamp END,
                          answers = NULL
                    WHERE address = %(address)s AND form_id = %(form)s
                      AND state = 'waiting'""",
                id=self.id,
                partner=partner.id,
                now=self.env.cr.now(),
                address=self.address,
                form=self.form_id.id,
            )
        )
        self.invalidate_model()

    # What it means for consent

    def _prepare_consents(self, partner, is_new, source):
        """Return the answers that a sign-up is, for ``lifecycle.consent``.

        The wish, when it came, and its confirmation are two events.  Who had left
        altogether comes back for what was asked for now, and for nothing else; who is
        here keeps the topics that were not ticked.
        """
        told = self._prepare_told(partner)
        wanted = [{**told, "topic_id": topic.id} for topic in self.topic_ids]
        wanted.append({**told, "topic_id": None})
        answers = [
            {**answer, "status": "granted", "source": source} for answer in wanted
        ]
        if source == "double_opt_in":
            answers[:0] = [
                {
                    **answer,
                    "status": "pending",
                    "source": "signup",
                    "event_date": self.request_date,
                }
                for answer in wanted
            ]
        return answers + [
            {
                **told,
                "topic_id": topic_id,
                "status": "withdrawn",
                "lawful_basis": None,
                "source": "signup",
            }
            for topic_id in self._find_unwanted(is_new)
        ]

    def _prepare_told(self, partner):
        places = [self.place, self.referrer]
        return {
            "company_id": self.company_id.id,
            "partner_id": partner.id,
            "address": self.address,
            "channel": "email",
            "purpose_id": self.form_id.purpose_id.id,
            "lawful_basis": "consent",
            "source_detail": " · ".join([self.form_id.code, *filter(None, places)]),
            "campaign_id": self.campaign_id.id,
            "wording_id": self.wording_id.id,
            "lang": self.lang,
        }

    def _find_unwanted(self, is_new):
        """Return ids of topics that would come along, and that were not asked for.

        For a new contact these are the ones that silence brings, and whose box it saw
        and left empty; for one that had left altogether, all of the purpose, also what
        it once had asked for.
        """
        rows = self.env.execute_query(
            SQL(
                """WITH said AS (
                    SELECT topic_id, status FROM lifecycle_consent
                     WHERE address = %(address)s AND channel = 'email'
                       AND company_id = %(company)s AND purpose_id = %(purpose)s
                   ), had_left AS (
                    SELECT FROM said WHERE topic_id IS NULL AND status = 'withdrawn'
                   )
                   SELECT t.id FROM lifecycle_topic t
                    WHERE t.purpose_id = %(purpose)s AND t.is_exclusion IS NOT TRUE
                      AND NOT t.id = ANY(%(wanted)s)
                      AND (EXISTS (SELECT FROM had_left)
                           AND t.id IN (SELECT topic_id FROM said
                                         WHERE status IN ('granted', 'pending'))
                           OR t.parent_id IS NULL AND t.active AND t.kind = 'opt_out'
                           AND COALESCE(t.company_id, %(company)s) = %(company)s
                           AND (EXISTS (SELECT FROM had_left)
                                OR %(is_new)s AND t.id = ANY(%(shown)s)))""",
                purpose=self.form_id.purpose_id.id,
                company=self.company_id.id,
                address=self.address,
                wanted=self.topic_ids.ids,
                shown=self.form_id.topic_ids.ids,
                is_new=is_new,
            )
        )
        return [topic_id for (topic_id,) in rows]
