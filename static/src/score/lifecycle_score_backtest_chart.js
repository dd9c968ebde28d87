import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

import { digitsOf } from "../value/lifecycle_chart_utils";
import { percent } from "../value/lifecycle_value_utils";

const LEFT = 44;
const RIGHT = 556;
const TOP = 12;
const BOTTOM = 250;
const STEPS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2];

/** A bar a group with its interval, and the line of everybody's rate. */
export class LifecycleScoreBacktestChart extends Component {
    static template = "contact_lifecycle.LifecycleScoreBacktestChart";
    static props = { groups: Array, total: Object, openContacts: Function };

    get scale() {
        const most = Math.max(...this.props.groups.map((group) => group.high));
        const step = STEPS.find((value) => 6 * value >= most);
        return [...Array(Math.ceil(most / step - 1e-9) + 1).keys()].map(
            (n) => n * step,
        );
    }

    height(share) {
        return ((BOTTOM - TOP) * share) / this.scale.at(-1);
    }

    get ticks() {
        return this.scale.map((value) => ({
            value,
            y: BOTTOM - this.height(value),
            label: percent(value, digitsOf(100 * value)),
        }));
    }

    get mean() {
        return {
            y: BOTTOM - this.height(this.props.total.rate),
            label: _t("all: %s", percent(this.props.total.rate, 1)),
        };
    }

    get bars() {
        const { groups } = this.props;
        const step = (RIGHT - LEFT) / groups.length;
        const width = Math.min(46, step * 0.66);
        return groups.map((group, index) => {
            const x = LEFT + step * (index + 0.5);
            return {
                group,
                x,
                left: x - width / 2,
                width,
                y: BOTTOM - this.height(group.rate),
                height: this.height(group.rate),
                low: BOTTOM - this.height(group.low),
                high: BOTTOM - this.height(group.high),
                title: _t(
                    "Scores %(scores)s: %(bought)s of %(contacts)s bought, %(rate)s (%(interval)s)",
                    {
                        scores: group.name,
                        bought: group.convertedText,
                        contacts: group.contactsText,
                        rate: group.rateText,
                        interval: group.intervalText,
                    },
                ),
            };
        });
    }
}
