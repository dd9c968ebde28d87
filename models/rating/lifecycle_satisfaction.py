from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.misc import formatLang

from ...engine.satisfaction import scale
from ...engine.satisfaction.codes import BANDS, SOURCES

_BY_HAND = {"raw_value", "scale_worst", "scale_best", "answer_date", "comment"}
_NET = {"promoter": 100, "passive": 0, "detractor": -100}


class LifecycleSatisfaction(models.Model):
    """One dated answer of a contact to how satisfied it is.

    Answers to ratings and surveys follow their touchpoint: they are written by SQL
    only, and gone when the answer is withdrawn.  What a person enters by hand is a
    document of its own, from which the journey has its touchpoint.  Reasons are
    people's, and no refresh changes them.
    """

    _name = "lifecycle.satisfaction"
    _description = "Satisfaction Answer"
    _order = "answer_date desc, id desc"
    _log_access = False
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", string="Contact", required=True, ondelete="cascade", index=False
    )
    answer_date = fields.Datetime(
        string="Date", required=True, default=fields.Datetime.now
    )
    source = fields.Selection(
        SOURCES, string="Asked By", required=True, default="manual"
    )
    raw_value = fields.Float(string="Answer", required=True, aggregator="avg")
    scale_worst = fields.Float(
        string="Worst Answer", required=True, default=0, aggregator=None
    )
    scale_best = fields.Float(
        string="Best Answer", required=True, default=10, aggregator=None
    )
    answer_text = fields.Char(string="As Given", compute="_compute_answer_text")
    value = fields.Integer(
        string="Satisfaction",
        compute="_compute_value",
        store=True,
        precompute=True,
        aggregator="avg",
        help="The answer's place on its scale, from 0 to 100",
    )
    band = fields.Selection(
        BANDS,
        string="Satisfaction Band",
        compute="_compute_value",
        store=True,
        precompute=True,
    )
    net_score = fields.Integer(
        string="Net Promoter Score",
        compute="_compute_value",
        store=True,
        precompute=True,
        aggregator="avg",
        help="100 for promoters, -100 for detractors: its average is the score",
    )
    is_last = fields.Boolean(
        string="Latest of Its Kind",
        readonly=True,
        help="No later answer of the contact to this kind of question and company",
    )
    reason_ids = fields.Many2many(
        "lifecycle.satisfaction.reason",
        "lifecycle_satisfaction_reason_rel",
        "satisfaction_id",
        "reason_id",
        string="Reasons",
    )
    comment = fields.Text()
    touchpoint_id = fields.Many2one("lifecycle.touchpoint", ondelete="cascade")
    res_model = fields.Char(string="Document Model")
    res_id = fields.Many2oneReference(string="Document", model_field="res_model")
    user_id = fields.Many2one(
        "res.users",
        string="Entered By",
        ondelete="set null",
        default=lambda self: self.env.user,
    )
    entry_date = fields.Datetime(
        default=lambda self: self.env.cr.now(),
        help="When it was entered or changed by hand",
    )
    is_mine = fields.Boolean(compute="_compute_is_mine")
    company_id = fields.Many2one("res.company", ondelete="cascade")

    # What answers are grouped by

    country_id = fields.Many2one(related="partner_id.country_id")
    salesperson_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    first_source_id = fields.Many2one(related="partner_id.lifecycle_first_source_id")
    score_band = fields.Selection(related="partner_id.lifecycle_score_band")
    rfm_segment = fields.Selection(related="partner_id.lifecycle_rfm_segment")

    _touchpoint_uniq = models.UniqueIndex("(touchpoint_id)")
    _partner_idx = models.Index("(partner_id, answer_date)")
    _date_idx = models.Index("(answer_date)")
    _entry_idx = models.Index("(entry_date) WHERE source = 'manual'")

    @api.depends("raw_value", "scale_worst", "scale_best")
    def _compute_value(self):
        for answer in self:
            worst, best = answer.scale_worst, answer.scale_best
            # Equal ends are refused below.
            is_scale = worst != best
            value = scale.normalise(answer.raw_value, worst, best) if is_scale else 0
            answer.value = value
            answer.band = scale.band(value)
            answer.net_score = _NET[answer.band]

    @api.depends("raw_value", "scale_worst", "scale_best")
    def _compute_answer_text(self):
        for answer in self:
            most = max(answer.scale_worst, answer.scale_best)
            parts = [
                formatLang(self.env, number, digits=0 if number.is_integer() else 1)
                for number in (answer.raw_value, most)
            ]
            answer.answer_text = " / ".join(parts)

    @api.depends("source", "user_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        is_manager = self.env.user.has_group(
            "contact_lifecycle.group_lifecycle_manager"
        )
        for answer in self:
            answer.is_mine = answer.source == "manual" and (
                is_manager or answer.user_id == self.env.user
            )

    @api.depends("partner_id", "answer_text")
    def _compute_display_name(self):
        for answer in self:
            answer.display_name = (
                f"{answer.partner_id.display_name or ''} · {answer.answer_text}"
            )

    @api.constrains("raw_value", "scale_worst", "scale_best")
    def _check_raw_value(self):
        for answer in self:
            low, high = sorted((answer.scale_worst, answer.scale_best))
            if low == high or not low <= answer.raw_value <= high:
                raise ValidationError(
                    self.env._(
                        "%(answer)s is not an answer from %(low)s to %(high)s.",
                        answer=f"{answer.raw_value:g}",
                        low=f"{low:g}",
                        high=f"{high:g}",
                    )
                )

    @api.constrains("answer_date")
    def _check_answer_date(self):
        now = fields.Datetime.add(self.env.cr.now(), minutes=5)
        if any(answer.answer_date > now for answer in self):
            raise ValidationError(self.env._("An answer cannot lie in the future."))

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            vals_list = [self._prepare_manual_values(vals) for vals in vals_list]
        answers = super().create(vals_list)
        answers._refresh_entered(answers.partner_id)
        return answers

    def write(self, vals):
        if not vals.keys() - {"reason_ids"}:
            return super().write(vals)
        self._check_by_hand(vals)
        result = super().write({**vals, "entry_date": self.env.cr.now()})
        self._refresh_entered(self.partner_id)
        return result

    def unlink(self):
        self._check_by_hand({})
        partners = self.partner_id
        # sudo: an entry taken back leaves the journey, which nobody edits otherwise.
        touchpoints = self.sudo().touchpoint_id
        result = super().unlink()
        touchpoints.unlink()
        self._refresh_entered(partners)
        return result

    def _prepare_manual_values(self, vals):
        """Return the values of what a person enters: by hand, by this person."""
        if vals.get("source", "manual") != "manual" or vals.get("touchpoint_id"):
            raise UserError(self.env._("Only answers entered by hand can be added."))
        partner = self.env["res.partner"].browse(vals.get("partner_id"))
        partner.check_access("read")
        company = partner.company_id or self.env.company
        return {
            **{name: vals[name] for name in _BY_HAND & vals.keys()},
            "reason_ids": vals.get("reason_ids", []),
            "partner_id": partner.id,
            "company_id": company.id,
            "source": "manual",
            "user_id": self.env.uid,
        }

    def _check_by_hand(self, vals):
        """Refuse to change what contacts said themselves, or what others entered."""
        if self.env.su:
            return
        if any(not answer.is_mine for answer in self):
            raise UserError(
                self.env._(
                    "Only an answer entered by hand can be changed or removed, by the "
                    "person who entered it or an administrator. Reasons can be changed "
                    "on every answer."
                )
            )
        if vals.keys() - _BY_HAND - {"reason_ids"}:
            raise UserError(
                self.env._("Of an answer, only its grade, date and text can change.")
            )

    def _refresh_entered(self, partners):
        """Show at once what was entered, and let the journey have it soon."""
        if not partners:
            return
        # sudo: the numbers of a contact are written by refreshes only.
        self.sudo()._refresh_partners(partners.ids)
        self.env["lifecycle.touchpoint.source"]._trigger_harvest()

    def action_open_document(self):
        """Open what was rated, or the survey that was answered."""
        self.ensure_one()
        model = self.env.get(self.res_model)
        document = model.browse(self.res_id).exists() if model is not None else None
        if not document:
            return self.env["lifecycle.touchpoint"]._notify_document_gone()
        document.check_access("read")
        return document._get_records_action()

    def action_open_contact(self):
        """Open the contact."""
        self.ensure_one()
        return self.partner_id._get_records_action()

    def action_remove(self):
        """Take back an entry of one's own."""
        self.unlink()
        return {"type": "ir.actions.client", "tag": "soft_reload"}
