import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

import {
    percent,
    SEGMENT_COLORS,
    shortMoney,
    shortNumber,
} from "./lifecycle_value_utils";

/** Customers by recency and frequency: each cell opens the contacts behind it. */
export class LifecycleRfmMatrix extends Component {
    static template = "contact_lifecycle.LifecycleRfmMatrix";
    static props = {
        answer: Object,
        change: Function,
        openContacts: Function,
        renameGroups: Function,
    };

    setup() {
        this.state = useState({ measure: "customers", segment: null });
    }

    get measures() {
        const measures = [
            { code: "customers", name: _t("Customers") },
            { code: "revenue", name: _t("Revenue") },
        ];
        if (this.props.answer.has_model) {
            measures.push({ code: "to_come", name: _t("Value to come") });
        }
        return measures;
    }

    get total() {
        return shortNumber(this.props.answer.customers);
    }

    get revenue() {
        return this.money(this.props.answer.revenue);
    }

    get cells() {
        const { measure } = this.state;
        const { cells, customers, names } = this.props.answer;
        const most = Math.max(1, ...cells.map((cell) => cell[measure]));
        return cells.map((cell) => {
            const money = this.money(
                measure === "to_come" ? cell.to_come : cell.revenue,
            );
            const number = shortNumber(cell.customers);
            const isCount = measure === "customers";
            return {
                ...cell,
                key: `${cell.r}${cell.f}`,
                color: this.color(cell.segment),
                name: names[cell.segment],
                main: isCount ? number : money,
                sub: isCount ? money : number,
                weight: Math.round(12 + (68 * Math.max(0, cell[measure])) / most),
                title: _t(
                    "R %(r)s, F %(f)s: %(customers)s customers (%(share)s), %(money)s",
                    {
                        ...cell,
                        share: percent(cell.customers / (customers || 1), 1),
                        money,
                    },
                ),
            };
        });
    }

    color(segment) {
        return SEGMENT_COLORS[segment] || 0;
    }

    number(value) {
        return shortNumber(value);
    }

    money(value) {
        return shortMoney(value, this.props.answer.currency_id);
    }

    openCell(cell) {
        return this.props.openContacts(_t("%(name)s (R %(r)s, F %(f)s)", cell), [
            ["lifecycle_recency_score", "=", cell.r],
            ["lifecycle_frequency_score", "=", cell.f],
        ]);
    }

    openSegment(segment) {
        return this.props.openContacts(segment.name, [
            ["lifecycle_rfm_segment", "=", segment.code],
        ]);
    }
}
