/* global luxon, Chart */
import {
    Component,
    onWillStart,
    onWillUnmount,
    useEffect,
    useRef,
    useState,
} from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { cookie } from "@web/core/browser/cookie";
import { getColor } from "@web/core/colors/colors";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatInteger } from "@web/views/fields/formatters";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { useAnswer } from "./lifecycle_segment_loader";

const { DateTime } = luxon;
const PERIODS = [30, 90, 365];

/** Size of a segment by day, who joined and left, and who was in it on a day. */
export class LifecycleSegmentGrowth extends Component {
    static template = "contact_lifecycle.LifecycleSegmentGrowth";
    static components = { DateTimeInput };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.canvas = useRef("canvas");
        this.state = useState({ days: 90, day: DateTime.now().startOf("day") });
        this.growth = useAnswer(
            (orm, id) =>
                orm.call("lifecycle.segment", "growth", [[id], this.state.days]),
            (props = this.props) => props.record.resId,
        );
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => this.draw(),
            () => [this.growth.answer, this.canvas.el],
        );
        onWillUnmount(() => this.chart?.destroy());
    }

    get answer() {
        return this.growth.answer;
    }

    get isEmpty() {
        return !this.answer.first_day;
    }

    get periods() {
        return PERIODS.map((days) => ({ days, name: _t("%s days", days) }));
    }

    get today() {
        return DateTime.now();
    }

    get figures() {
        const { size, size_before, joined, left } = this.answer;
        const change = size - size_before;
        return [
            { name: _t("members now"), value: formatInteger(size) },
            { name: _t("joined"), value: `+${formatInteger(joined)}` },
            { name: _t("left"), value: `−${formatInteger(left)}` },
            {
                name: _t("change"),
                value: (change > 0 ? "+" : "") + formatInteger(change),
            },
        ];
    }

    number(value) {
        return formatInteger(value);
    }

    choose(days) {
        this.state.days = days;
        return this.growth.load();
    }

    async openDay(day) {
        const action = await this.orm.call("lifecycle.segment", "members_on", [
            [this.props.record.resId],
            day,
        ]);
        return this.action.doAction(action);
    }

    openChosenDay() {
        return this.openDay(this.state.day.toISODate());
    }

    draw() {
        this.chart?.destroy();
        this.chart = null;
        if (this.canvas.el && this.answer && !this.isEmpty) {
            this.chart = new Chart(this.canvas.el, this.config);
        }
    }

    get config() {
        const { days } = this.answer;
        return {
            data: {
                labels: days.map(({ day }) =>
                    DateTime.fromISO(day).toLocaleString({
                        day: "numeric",
                        month: "short",
                    }),
                ),
                datasets: this.datasets,
            },
            options: {
                maintainAspectRatio: false,
                interaction: { mode: "index", intersect: false },
                onClick: (ev, elements) =>
                    elements.length && this.openDay(days[elements[0].index].day),
                scales: {
                    x: {
                        stacked: true,
                        grid: { display: false },
                        ticks: { maxTicksLimit: 12 },
                    },
                    // Two panels on the same days, the first one below.
                    moves: {
                        stack: "panels",
                        stackWeight: 2,
                        offset: true,
                        stacked: true,
                        title: { display: true, text: _t("Joined and left") },
                        ticks: { precision: 0 },
                    },
                    y: {
                        stack: "panels",
                        stackWeight: 3,
                        title: { display: true, text: _t("Members") },
                        beginAtZero: true,
                        ticks: { precision: 0 },
                    },
                },
                plugins: { legend: { position: "bottom" } },
            },
        };
    }

    get datasets() {
        const { days } = this.answer;
        const scheme = cookie.get("color_scheme");
        const color = (index) => getColor(index, scheme, 10);
        return [
            {
                type: "line",
                yAxisID: "y",
                label: _t("Members"),
                data: days.map((day) => day.size),
                borderColor: color(0),
                backgroundColor: `${color(0)}22`,
                fill: true,
                pointRadius: days.length > 45 ? 0 : 2,
                borderWidth: 2,
                stepped: "middle",
                order: 2,
            },
            {
                type: "bar",
                label: _t("Joined"),
                data: days.map((day) => day.joined),
                backgroundColor: "#43C5B1",
                yAxisID: "moves",
                stack: "moves",
                order: 1,
            },
            {
                type: "bar",
                label: _t("Left"),
                data: days.map((day) => -day.left),
                backgroundColor: "#EA6175",
                yAxisID: "moves",
                stack: "moves",
                order: 1,
            },
        ];
    }
}

registry.category("view_widgets").add("lifecycle_segment_growth", {
    component: LifecycleSegmentGrowth,
});
