import { Component } from "@odoo/owl";
import { CheckBox } from "@web/core/checkbox/checkbox";
import { _t } from "@web/core/l10n/translation";
import { SelectMenu } from "@web/core/select_menu/select_menu";

import { LifecycleBehaviourFilters } from "./lifecycle_segment_behaviour_filters";
import { conditionKinds, makeValue } from "./lifecycle_segment_conditions";
import {
    LifecycleChoice,
    LifecycleDay,
    LifecycleNumber,
} from "./lifecycle_segment_inputs";

/** What is asked most of a journey: touchpoint types, and the pick's own name. */
const PICKS = [
    {
        types: ["order_confirmed"],
        label: _t("Bought something"),
        icon: "fa-shopping-cart",
    },
    {
        types: ["mail_clicked"],
        label: _t("Clicked in an e-mail"),
        icon: "fa-mouse-pointer",
    },
    {
        types: ["mail_opened"],
        label: _t("Opened an e-mail"),
        icon: "fa-envelope-open-o",
    },
    { types: ["mail_sent"], label: _t("Got an e-mail"), icon: "fa-paper-plane-o" },
    { types: ["mail_replied"], label: _t("Replied to an e-mail"), icon: "fa-reply" },
    {
        types: ["list_joined"],
        label: _t("Joined a mailing list"),
        icon: "fa-user-plus",
    },
    { types: ["survey_finished"], label: _t("Finished a survey"), icon: "fa-check" },
    { types: ["reward_used"], label: _t("Used a reward"), icon: "fa-gift" },
];

/** Has, or has not, done something: so often, in this time, only for these. */
export class LifecycleBehaviourCondition extends Component {
    static template = "contact_lifecycle.LifecycleBehaviourCondition";
    static components = {
        CheckBox,
        LifecycleBehaviourFilters,
        LifecycleChoice,
        LifecycleDay,
        LifecycleNumber,
        SelectMenu,
    };
    static props = { value: Object, update: Function };

    get words() {
        return this.env.lifecycleSegment;
    }

    get polarities() {
        return [
            { value: false, label: _t("have done") },
            { value: true, label: _t("have not done") },
        ];
    }

    get operators() {
        return [
            { value: ">=", label: _t("at least") },
            { value: "<=", label: _t("at most") },
            { value: "=", label: _t("exactly") },
        ];
    }

    get windows() {
        return [
            { value: "ever", label: _t("at any time") },
            { value: "last", label: _t("in the last") },
            { value: "after", label: _t("since") },
            { value: "before", label: _t("before") },
            { value: "between", label: _t("between") },
        ];
    }

    /** Touchpoint types under the channel they belong to, unknown ones kept. */
    get typeGroups() {
        const { types } = this.words;
        const groups = Map.groupBy(types, ({ channelName }) => channelName);
        return [...groups].map(([label, choices]) => ({
            label,
            choices: choices.map(({ code, name }) => ({ value: code, label: name })),
        }));
    }

    get unknownTypes() {
        const known = this.words.types.map(({ code }) => code);
        return (this.props.value.types || [])
            .filter((code) => !known.includes(code))
            .map((code) => ({ value: code, label: code }));
    }

    get types() {
        return this.props.value.types || [];
    }

    get operator() {
        return this.props.value.operator || ">=";
    }

    get count() {
        const { count = 1 } = this.props.value;
        return count;
    }

    get timeWindow() {
        return this.props.value.window || { kind: "ever" };
    }

    get filters() {
        return this.props.value.filters || {};
    }

    get timesWord() {
        return this.count === 1 ? _t("time") : _t("times");
    }

    /** "have not … at least once" is what "have not" says already. */
    get hasCount() {
        const isOnce = this.operator === ">=" && this.count === 1;
        return !(this.props.value.negated && isOnce);
    }

    /** Opens and clicks are what machines do most; a purchase is never automated. */
    get mayBeAutomated() {
        const automated = (code) => /_(opened|clicked)$/.test(code);
        return !this.types.length || this.types.some(automated);
    }

    setWindow(changes) {
        this.props.update({ window: { ...this.timeWindow, ...changes } });
    }

    setWindowKind(kind) {
        const defaults = kind === "last" ? { days: this.timeWindow.days || 365 } : {};
        this.setWindow({ kind, ...defaults });
    }
}

function getCountProblem({ count = 1, operator = ">=" }) {
    if (!Number.isInteger(count)) {
        return _t("Say how many times, as a whole number.");
    }
    if (count < 0) {
        return _t("The number of times cannot be negative.");
    }
    return count === 0 && operator === ">="
        ? _t("“At least 0 times” is true of everybody. Say at least 1.")
        : "";
}

function getWindowProblem({ kind, days, from, to }) {
    if (kind === "last" && !(Number.isInteger(days) && days > 0)) {
        return _t("Say how many days, as a whole number above 0.");
    }
    if (["after", "between"].includes(kind) && !from) {
        return _t("Choose the day it begins.");
    }
    if (["before", "between"].includes(kind) && !to) {
        return _t("Choose the day it ends.");
    }
    return kind === "between" && from > to ? _t("The end lies before the start.") : "";
}

function getFilterProblem(filters) {
    const isEmpty = Object.values(filters).some(
        (value) => Array.isArray(value) && !value.length,
    );
    if (isEmpty) {
        return _t("Choose what “only for” stands for, or remove it.");
    }
    const { amount_min: least, amount_max: most } = filters;
    const isCrossed = least != null && most != null && least > most;
    return isCrossed ? _t("The lowest amount is above the highest.") : "";
}

function getBehaviourProblem(value) {
    return (
        getCountProblem(value) ||
        getWindowProblem(value.window || {}) ||
        getFilterProblem(value.filters || {})
    );
}

conditionKinds.add(
    "behaviour",
    {
        label: _t("Something they did or did not do"),
        description: _t("Bought, clicked, opened, answered… how often and when"),
        icon: "fa-mouse-pointer",
        component: LifecycleBehaviourCondition,
        empty: () => ({
            types: [],
            operator: ">=",
            count: 1,
            window: { kind: "last", days: 365 },
            filters: {},
            with_automated: false,
        }),
        problem: getBehaviourProblem,
        picks: ({ types }) =>
            PICKS.filter((pick) =>
                pick.types.every((code) => types.some((type) => type.code === code)),
            ).map(({ label, icon, types: codes }) => ({
                label,
                icon,
                value: makeValue("behaviour", { types: [...codes] }),
            })),
    },
    { sequence: 20 },
);
