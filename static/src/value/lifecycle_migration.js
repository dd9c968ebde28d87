/* global luxon */
import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatInteger } from "@web/views/fields/formatters";

import { percent, shortNumber } from "./lifecycle_value_utils";

/** From the group one is glad of to the one that is lost. */
const ORDER = [
    "champions",
    "loyal",
    "potential_loyalist",
    "new",
    "promising",
    "need_attention",
    "about_to_sleep",
    "cannot_lose",
    "at_risk",
    "hibernating",
    "lost",
];

/** Who went from which RFM group to which in a month. */
export class LifecycleMigration extends Component {
    static template = "contact_lifecycle.LifecycleMigration";
    static props = { answer: Object, change: Function, openContacts: Function };

    get months() {
        return this.props.answer.months.map((value) => ({
            value,
            name: luxon.DateTime.fromISO(value).toFormat("LLLL yyyy"),
        }));
    }

    get codes() {
        const { rows } = this.props.answer;
        return ORDER.filter((code) =>
            rows.some((row) => row.from === code || row.to === code),
        );
    }

    get columns() {
        const { segments } = this.props.answer;
        return this.codes.map((code) => ({ code, name: segments[code] }));
    }

    get lines() {
        const { segments, rows } = this.props.answer;
        return [...this.codes, false].map((from) => {
            const mine = rows.filter((row) => row.from === from);
            const total = mine.reduce((sum, row) => sum + row.customers, 0);
            const name = from ? segments[from] : _t("Not yet a customer");
            const cells = this.codes.map((to) => {
                const count = mine.find((row) => row.to === to)?.customers || 0;
                return {
                    code: to,
                    count,
                    number: count ? shortNumber(count) : "",
                    kind: count ? this.kind(from, to) : "none",
                    weight: Math.round(10 + (55 * count) / (total || 1)),
                    title: count
                        ? `${name} → ${segments[to]}: ${formatInteger(count)} (${percent(count / total)})`
                        : "",
                };
            });
            return { code: from || "nobody", name, cells, total: shortNumber(total) };
        });
    }

    get summary() {
        const counts = { up: 0, down: 0, same: 0, fresh: 0 };
        for (const row of this.props.answer.rows) {
            counts[this.kind(row.from, row.to)] += row.customers;
        }
        return counts;
    }

    number(value) {
        return shortNumber(value);
    }

    kind(from, to) {
        if (!from) {
            return "fresh";
        }
        const step = ORDER.indexOf(to) - ORDER.indexOf(from);
        return step < 0 ? "up" : step ? "down" : "same";
    }
}
