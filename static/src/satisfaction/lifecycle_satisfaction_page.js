import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { formatFloat } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const BANDS = ["promoter", "passive", "detractor"];

/** "+30", "−12": a score always has its sign. */
function formatScore(score) {
    const number = Math.round(score);
    return `${number > 0 ? "+" : number < 0 ? "−" : ""}${Math.abs(number)}`;
}

function formatPercent(share) {
    return `${formatFloat(100 * share, { digits: [16, 0] })}\u00a0%`;
}

/** A place from -100 to 100 as percentage of the width. */
function place(score) {
    return (score + 100) / 2;
}

/** The Net Promoter Score of all and of groups: each number opens what is behind it. */
export class LifecycleSatisfactionPage extends Component {
    static template = "contact_lifecycle.LifecycleSatisfactionPage";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.lastAnswer = new KeepLast();
        this.state = useState({
            options: { source: false, group_by: "stage", days: false, latest: true },
            answer: null,
        });
        onWillStart(() => this.load());
    }

    get display() {
        return { controlPanel: {} };
    }

    get periods() {
        return [
            { days: 0, name: _t("All time") },
            { days: 365, name: _t("Last 12 months") },
            { days: 90, name: _t("Last 90 days") },
            { days: 30, name: _t("Last 30 days") },
        ];
    }

    get bandNames() {
        return {
            promoter: _t("Promoters"),
            passive: _t("Passives"),
            detractor: _t("Detractors"),
        };
    }

    get total() {
        return this.state.answer.total && this.show(this.state.answer.total);
    }

    get groups() {
        return this.state.answer.groups.map((group) => ({
            ...this.show(group),
            key: group.key,
            name: group.name,
        }));
    }

    get tooFew() {
        return _t("fewer than %s answers", this.state.answer.least_answers);
    }

    /** Figures as they are read, of a group or of all. */
    show(row) {
        return {
            row,
            answers: row.answers,
            answersText: _t("Answers: %s", row.answers),
            isEnough: row.is_enough,
            score: formatScore(row.score),
            interval: _t("%(low)s to %(high)s", {
                low: formatScore(row.low),
                high: formatScore(row.high),
            }),
            mean: _t("mean %s of 100", formatFloat(row.mean, { digits: [16, 0] })),
            range: `left: ${place(row.low)}%; width: ${place(row.high) - place(row.low)}%`,
            mark: `left: ${place(row.score)}%`,
            bands: BANDS.map((band) => ({
                band,
                name: this.bandNames[band],
                count: row.counts[band],
                share: formatPercent(row[`${band}s`]),
                style: `width: ${100 * row[`${band}s`]}%`,
                title: _t("%(name)s: %(count)s (%(share)s)", {
                    name: this.bandNames[band],
                    count: row.counts[band],
                    share: formatPercent(row[`${band}s`]),
                }),
            })),
        };
    }

    async load() {
        const { options } = this.state;
        const answer = await this.lastAnswer.add(
            this.orm.call("lifecycle.satisfaction", "nps_report", [], { ...options }),
        );
        this.state.answer = answer;
    }

    change(options) {
        Object.assign(this.state.options, options);
        return this.load();
    }

    changePeriod(days) {
        return this.change({ days: Number(days) || false });
    }

    get groupName() {
        const { group_by } = this.state.options;
        const names = this.state.answer.group_names;
        return names.find((group) => group.code === group_by)?.name;
    }

    openAnswers(row, name, band) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: name || _t("Satisfaction Answers"),
            res_model: "lifecycle.satisfaction",
            domain: this.narrow(row, band),
            views: [
                [false, "list"],
                [false, "graph"],
                [false, "form"],
            ],
        });
    }

    openContacts(row, name, band) {
        const { list_view_id, search_view_id } = this.state.answer;
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: name || _t("Contacts"),
            res_model: "res.partner",
            domain: [["lifecycle_satisfaction_ids", "any", this.narrow(row, band)]],
            context: { active_test: false },
            views: [
                [list_view_id, "list"],
                [false, "form"],
            ],
            search_view_id: [search_view_id],
        });
    }

    narrow(row, band) {
        return band ? [["band", "=", band], ...row.domain] : row.domain;
    }
}

registry.category("actions").add("lifecycle_satisfaction", LifecycleSatisfactionPage);
