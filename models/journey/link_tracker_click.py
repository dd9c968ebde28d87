from odoo import api, fields, models
from odoo.http import request

from ...engine.journey import agents
from ...engine.vocabulary import AUTOMATED_REASONS, DEVICES


class LinkTrackerClick(models.Model):
    _inherit = "link.tracker.click"

    lifecycle_device = fields.Selection(DEVICES, string="Device", readonly=True)
    lifecycle_automated_reason = fields.Selection(
        AUTOMATED_REASONS,
        string="Automated",
        readonly=True,
        help="Why the click cannot be a person's, judged by the user agent, "
        "which is not kept",
    )

    _lifecycle_date_idx = models.Index("(create_date)")

    @api.model_create_multi
    def create(self, vals_list):
        clicks = super().create(vals_list)
        self.env["lifecycle.touchpoint.source"]._trigger_harvest()
        return clicks

    def _prepare_click_values_from_route(self, **route_values):
        values = super()._prepare_click_values_from_route(**route_values)
        if request:
            http = request.httprequest
            agent = http.user_agent.string
            reason = agents.automated_reason(agent, http.method)
            values["lifecycle_device"] = agents.device(agent)
            values["lifecycle_automated_reason"] = reason or False
        return values
