import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

import { chartPoint, chartTicks, linePath } from "./lifecycle_chart_utils";
import { decimal, percent, shortMoney, shortNumber } from "./lifecycle_value_utils";

/** How value is spread over customers, and how few of them make most of it. */
export class LifecycleValueDistribution extends Component {
    static template = "contact_lifecycle.LifecycleValueDistribution";
    static props = { answer: Object, change: Function, openContacts: Function };

    get measures() {
        const measures = [{ code: "revenue", name: _t("Revenue so far") }];
        if (this.props.answer.has_model) {
            measures.push(
                { code: "clv_12", name: _t("To come (12 months)") },
                { code: "total_value", name: _t("Both") },
            );
        }
        return measures;
    }

    get figures() {
        const { customers, total, mean, median, gini, top } = this.props.answer;
        if (!customers) {
            return [];
        }
        const share = (part) => top.find(([people]) => people === part)[1];
        return [
            { name: _t("customers"), value: shortNumber(customers) },
            { name: _t("in all"), value: this.money(total) },
            { name: _t("on average"), value: this.money(mean) },
            { name: _t("half have more than"), value: this.money(median) },
            { name: _t("made by the best 20 %"), value: percent(share(0.2)) },
            { name: _t("Gini coefficient"), value: decimal(gini) },
        ];
    }

    get ticks() {
        return chartTicks();
    }

    get curve() {
        const points = this.props.answer.curve.map(([x, y]) => chartPoint(x, y));
        const line = linePath(points);
        return { line, area: `${line} L410,275 L50,275 Z` };
    }

    get curveLabel() {
        return _t("Concentration: the best 20 % of customers make %s of the value", [
            percent(this.props.answer.top.find(([people]) => people === 0.2)[1]),
        ]);
    }

    get marks() {
        return this.props.answer.top
            .filter(([share]) => [0.01, 0.1, 0.2, 0.5].includes(share))
            .map(([share, sum]) => ({
                ...chartPoint(share, sum),
                label: _t("%(part)s make %(sum)s", {
                    part: percent(share),
                    sum: percent(sum),
                }),
            }));
    }

    get deciles() {
        const { deciles, total } = this.props.answer;
        const most = Math.max(...deciles.map((decile) => decile.total));
        return deciles.map((decile, index) => ({
            name: index ? `${10 * index}–${10 * (index + 1)} %` : _t("Best 10 %"),
            width: (100 * decile.total) / most,
            share: percent(decile.total / total, 1),
            range: `${this.money(decile.least)} – ${this.money(decile.most)}`,
        }));
    }

    get groups() {
        const { tiers, bands } = this.props.answer;
        return [
            {
                name: "lifecycle_value_tier",
                title: _t("Value tier"),
                rows: tiers,
            },
            { name: "lifecycle_value_band", title: _t("Activity"), rows: bands },
        ];
    }

    number(value) {
        return shortNumber(value);
    }

    money(value) {
        return shortMoney(value, this.props.answer.currency_id);
    }

    openGroup(group, row) {
        return this.props.openContacts(`${group.title}: ${row.name}`, [
            [group.name, "=", row.code],
        ]);
    }
}
