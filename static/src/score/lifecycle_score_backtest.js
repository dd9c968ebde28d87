/* global luxon */
import { Component, onWillStart, useState } from "@odoo/owl";
import { router } from "@web/core/browser/router";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { formatInteger } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { decimal, percent } from "../value/lifecycle_value_utils";
import { LifecycleScoreBacktestChart } from "./lifecycle_score_backtest_chart";

function rate(share) {
    return percent(share, 1);
}

function day(iso) {
    return luxon.DateTime.fromISO(iso).toLocaleString(luxon.DateTime.DATE_MED);
}

/** Who bought since, by the score they had: does the scorecard tell? */
export class LifecycleScoreBacktest extends Component {
    static template = "contact_lifecycle.LifecycleScoreBacktest";
    static components = { Layout, LifecycleScoreBacktestChart };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.lastAnswer = new KeepLast();
        const kept = this.props.state?.scorecard_id ?? router.current.scorecard_id;
        this.scorecardId =
            this.props.action.params?.scorecard_id || Number(kept) || false;
        this.state = useState({ months: false, answer: null });
        onWillStart(() => this.load());
    }

    get display() {
        return { controlPanel: {} };
    }

    async load() {
        const answer = await this.lastAnswer.add(
            this.orm.call("lifecycle.scorecard", "backtest", [], {
                scorecard_id: this.scorecardId,
                months: this.state.months,
            }),
        );
        this.props.updateActionState({ scorecard_id: answer.scorecard.id });
        Object.assign(this.state, { answer, months: answer.months });
    }

    choose(months) {
        this.state.months = months;
        return this.load();
    }

    get choices() {
        const names = {
            1: _t("1 month"),
            3: _t("3 months"),
            6: _t("6 months"),
            12: _t("12 months"),
        };
        return this.state.answer.choices.map((choice) => ({
            ...choice,
            name: names[choice.months],
            title: choice.is_available
                ? ""
                : choice.available_date
                  ? _t("From %s on", day(choice.available_date))
                  : _t("No scores have been kept yet"),
        }));
    }

    get period() {
        const { snapshot_date, end_date } = this.state.answer;
        return _t("Scores of %(start)s, purchases until %(end)s", {
            start: day(snapshot_date),
            end: day(end_date),
        });
    }

    get figures() {
        const { total } = this.state.answer;
        return [
            {
                name: _t("contacts with a score then"),
                value: this.number(total.contacts),
            },
            { name: _t("bought since"), value: this.number(total.converted) },
            {
                name: _t("of all"),
                value: rate(total.rate),
                title: this.interval(total),
            },
        ];
    }

    get groups() {
        const { groups } = this.state.answer;
        return groups.map((group, place) => ({
            ...group,
            place,
            name: this.scores(group),
            contactsText: this.number(group.contacts),
            convertedText: this.number(group.converted),
            rateText: rate(group.rate),
            intervalText: this.interval(group),
            liftText: _t("%s ×", decimal(group.lift, 1)),
            isBroken: group.broken_by !== false,
            breakText: group.broken_by === false ? "" : this.breakText(group),
        }));
    }

    /** What the figures say, and how loudly. */
    get verdict() {
        const verdicts = {
            rising: {
                color: "success",
                icon: "fa-check-circle",
                title: _t("Monotonic: the higher the score, the more bought"),
                text: _t("No group bought clearly less than one with lower scores."),
            },
            broken: {
                color: "warning",
                icon: "fa-exclamation-triangle",
                title: _t(
                    "Not monotonic: some high scores bought less than lower ones",
                ),
                text: _t(
                    "Look at what these contacts have in common: a rule may give points for something buyers do not do.",
                ),
            },
            falling: {
                color: "danger",
                icon: "fa-exclamation-triangle",
                title: _t("Upside down: the higher the score, the fewer bought"),
                text: _t(
                    "The rules reward what buyers do not do. Change them before anybody calls by this score.",
                ),
            },
            unclear: {
                color: "info",
                icon: "fa-question-circle",
                title: _t("The score does not tell who buys"),
                text: _t(
                    "Groups differ no more than chance would make them. More purchases, or a longer period, may show more.",
                ),
            },
        };
        return verdicts[this.state.answer.status];
    }

    get breaks() {
        return this.groups.filter((group) => group.isBroken);
    }

    breakText(group) {
        const lower = this.state.answer.groups[group.broken_by];
        return _t(
            "Contacts with %(high)s bought less (%(rate)s) than those with %(low)s (%(other)s).",
            {
                high: this.scores(group),
                rate: rate(group.rate),
                low: this.scores(lower),
                other: rate(lower.rate),
            },
        );
    }

    get changedText() {
        return _t(
            "The rules have changed since: those of today count from %s on. These scores were given by the ones before.",
            day(this.state.answer.changed_date),
        );
    }

    /** Why there is nothing to show, and when there will be. */
    get emptyText() {
        const { status, months, choices, total } = this.state.answer;
        const { least_contacts, least_conversions } = this.state.answer;
        if (status === "few") {
            return _t(
                "At least %(contacts)s contacts with a score and %(conversions)s of them who bought are needed; there are %(found)s and %(bought)s. Fewer would tell chance, not the score.",
                {
                    contacts: least_contacts,
                    conversions: least_conversions,
                    found: this.number(total.contacts),
                    bought: this.number(total.converted),
                },
            );
        }
        const choice = choices.find((other) => other.months === months);
        return choice.available_date
            ? _t(
                  "Scores are kept once a week, and none is old enough yet. This period can be shown from %s on.",
                  day(choice.available_date),
              )
            : _t(
                  "Scores are kept once a week, the first time when all contacts are scored. A month after that they can be held against who bought.",
              );
    }

    number(value) {
        return formatInteger(value);
    }

    scores({ least, most }) {
        return least === most ? `${least}` : `${least}–${most}`;
    }

    interval({ low, high }) {
        return _t("%(low)s to %(high)s", { low: rate(low), high: rate(high) });
    }

    async openContacts(group) {
        const { views, search_view_id } = await this.action.loadAction(
            "contact_lifecycle.res_partner_action_lifecycle",
        );
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Scores %(scores)s on %(day)s", {
                scores: group.name,
                day: day(this.state.answer.snapshot_date),
            }),
            res_model: "res.partner",
            domain: group.domain,
            views: views.filter(([, kind]) => ["list", "form"].includes(kind)),
            search_view_id,
        });
    }

    openScorecard() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "lifecycle.scorecard",
            res_id: this.state.answer.scorecard.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("lifecycle_score_backtest", LifecycleScoreBacktest);
