import { Component, onWillStart } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

import { conditionKinds, makeValue } from "./lifecycle_segment_conditions";
import {
    LifecycleChoice,
    LifecycleNumber,
    LifecycleRecords,
    mayRead,
} from "./lifecycle_segment_inputs";

/** In, or not in, any of some other segments. */
export class LifecycleInSegmentCondition extends Component {
    static template = "contact_lifecycle.LifecycleInSegmentCondition";
    static components = { LifecycleChoice, LifecycleRecords };
    static props = { value: Object, update: Function };

    get polarities() {
        return [
            { value: false, label: _t("are in") },
            { value: true, label: _t("are not in") },
        ];
    }

    get domain() {
        const ownId = this.env.lifecycleSegment.resId;
        return ownId ? [["id", "!=", ownId]] : [];
    }
}

/** Subscribed to mailing lists, opted out of them, never on them, or blacklisted. */
export class LifecycleSubscriptionCondition extends Component {
    static template = "contact_lifecycle.LifecycleSubscriptionCondition";
    static components = { LifecycleChoice, LifecycleRecords };
    static props = { value: Object, update: Function };

    setup() {
        onWillStart(async () => {
            this.mayRead = await mayRead("mailing.list");
        });
    }

    get polarities() {
        return [
            { value: false, label: _t("are") },
            { value: true, label: _t("are not") },
        ];
    }

    get states() {
        return [
            { value: "subscribed", label: _t("subscribed to") },
            { value: "opted_out", label: _t("opted out of") },
            { value: "listed", label: _t("or once were on") },
            { value: "never", label: _t("never seen on") },
            { value: "blacklisted", label: _t("blacklisted") },
        ];
    }

    get channels() {
        return [
            { value: "email", label: _t("by e-mail") },
            { value: "sms", label: _t("by text message") },
        ];
    }

    get hasLists() {
        return this.props.value.state !== "blacklisted";
    }
}

/** What contacts agreed to, by topic, or all marketing when no topic is chosen. */
export class LifecycleConsentCondition extends Component {
    static template = "contact_lifecycle.LifecycleConsentCondition";
    static components = { LifecycleChoice, LifecycleRecords };
    static props = { value: Object, update: Function };

    get polarities() {
        return [
            { value: false, label: _t("do") },
            { value: true, label: _t("do not") },
        ];
    }

    get states() {
        return [
            { value: "wanted", label: _t("want to read about") },
            { value: "granted", label: _t("have a yes to") },
            { value: "withdrawn", label: _t("have a no to") },
            { value: "pending", label: _t("have yet to confirm") },
            { value: "expired", label: _t("have an expired yes to") },
        ];
    }

    get channels() {
        return [
            { value: "email", label: _t("by e-mail") },
            { value: "sms", label: _t("by text message") },
        ];
    }
}

/** A share of all contacts that stays the same: for tests and for hold-outs. */
export class LifecycleSampleCondition extends Component {
    static template = "contact_lifecycle.LifecycleSampleCondition";
    static components = { LifecycleChoice, LifecycleNumber };
    static props = { value: Object, update: Function };

    get polarities() {
        return [
            { value: false, label: _t("are in") },
            { value: true, label: _t("are not in") },
        ];
    }
}

function getSampleProblem({ from, to }) {
    const isShare = (number) =>
        typeof number === "number" && number >= 0 && number <= 100;
    if (!isShare(from) || !isShare(to)) {
        return _t("Both ends are percentages between 0 and 100.");
    }
    return from < to ? "" : _t("The share ends before it begins.");
}

conditionKinds.add(
    "segment",
    {
        label: _t("In another segment"),
        description: _t("Build on segments that are there already"),
        icon: "fa-object-group",
        component: LifecycleInSegmentCondition,
        empty: () => ({ segment_ids: [] }),
        problem: ({ segment_ids: ids }) =>
            (ids || []).length ? "" : _t("Choose a segment."),
    },
    { sequence: 30 },
);

conditionKinds.add(
    "subscription",
    {
        label: _t("Subscribed to a list"),
        description: _t("On a mailing list, opted out, or blacklisted"),
        icon: "fa-envelope-o",
        component: LifecycleSubscriptionCondition,
        empty: () => ({ list_ids: [], state: "subscribed", channel: "email" }),
        picks: () => [
            {
                label: _t("Blacklisted address"),
                icon: "fa-ban",
                value: makeValue("subscription", { state: "blacklisted" }),
            },
        ],
    },
    { sequence: 50 },
);

conditionKinds.add(
    "consent",
    {
        label: _t("Consent and topics"),
        description: _t("Want to read about a topic, agreed, withdrew"),
        icon: "fa-handshake-o",
        component: LifecycleConsentCondition,
        empty: () => ({ topic_ids: [], state: "wanted", channel: "email" }),
        picks: () => [
            {
                label: _t("Left all marketing"),
                icon: "fa-ban",
                value: makeValue("consent", { state: "withdrawn" }),
            },
        ],
    },
    { sequence: 55 },
);

conditionKinds.add(
    "sample",
    {
        label: _t("A random share"),
        description: _t("Half of all contacts, a tenth to hold out…"),
        icon: "fa-random",
        component: LifecycleSampleCondition,
        empty: () => ({ from: 0, to: 50 }),
        problem: getSampleProblem,
        picks: () => [
            {
                label: _t("First half"),
                icon: "fa-adjust",
                value: makeValue("sample", { from: 0, to: 50 }),
            },
            {
                label: _t("Second half"),
                icon: "fa-adjust",
                value: makeValue("sample", { from: 50, to: 100 }),
            },
            {
                label: _t("A tenth"),
                icon: "fa-pie-chart",
                value: makeValue("sample", { from: 0, to: 10 }),
            },
        ],
    },
    { sequence: 80 },
);
