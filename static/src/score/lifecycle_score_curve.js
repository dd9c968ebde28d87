import { Component } from "@odoo/owl";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";

const WIDTH = 320;
const HEIGHT = 80;

/** A score over time, as steps: between two snapshots it did not change. */
export class LifecycleScoreCurve extends Component {
    static template = "contact_lifecycle.LifecycleScoreCurve";
    static props = { history: Array, now: Number };

    get viewBox() {
        return `0 0 ${WIDTH} ${HEIGHT}`;
    }

    get points() {
        const today = new Date().toISOString().slice(0, 10);
        const rows = [...this.props.history, { date: today, score: this.props.now }];
        const times = rows.map((row) => Date.parse(row.date));
        const span = Math.max(1, times.at(-1) - times[0]);
        return rows.map((row, index) => ({
            x: (WIDTH * (times[index] - times[0])) / span,
            y: HEIGHT - (HEIGHT * row.score) / 100,
            title: `${formatDate(deserializeDate(row.date))}: ${row.score}`,
        }));
    }

    get path() {
        const [first, ...others] = this.points;
        return (
            `M${first.x},${first.y}` + others.map(({ x, y }) => `H${x}V${y}`).join("")
        );
    }
}
