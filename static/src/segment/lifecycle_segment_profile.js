import { Component } from "@odoo/owl";
import { Domain } from "@web/core/domain";
import { DomainSelector } from "@web/core/domain_selector/domain_selector";
import { _t } from "@web/core/l10n/translation";

import { conditionKinds, makeValue } from "./lifecycle_segment_conditions";
import { LifecycleChoice } from "./lifecycle_segment_inputs";

/** What is asked most of a contact: a field, and the rule a pick begins with. */
const PICKS = [
    ["country_id", "in", []],
    ["state_id", "in", []],
    ["city", "ilike", ""],
    ["lifecycle_kind", "in", []],
    ["lifecycle_stage_id", "in", []],
    ["lifecycle_age", "between", [18, 65]],
    ["lifecycle_gender", "in", []],
    ["function", "ilike", ""],
    ["industry_id", "in", []],
    ["category_id", "in", []],
    ["lang", "in", []],
    ["lifecycle_score_band", "in", []],
    ["lifecycle_score", ">", 50],
    ["lifecycle_rfm_segment", "in", []],
    ["lifecycle_value_band", "in", []],
    ["lifecycle_value_tier", "in", []],
    ["lifecycle_total_value", ">", 1000],
    ["lifecycle_revenue", ">", 100],
    ["lifecycle_purchase_count", ">", 1],
    ["lifecycle_promotion_band", "in", []],
    ["lifecycle_satisfaction_band", "in", []],
    ["lifecycle_first_source_id", "in", []],
    ["lifecycle_interest_ids", "in", []],
    ["email", "=", false],
    ["phone", "=", false],
    ["user_id", "in", []],
];

/** Leaves that name no value yet: they would find nobody, which nobody means. */
function isUnfinished(leaf) {
    const [path, operator, value] = leaf;
    if (typeof path !== "string") {
        return false;
    }
    const isEmptyList = ["in", "not in"].includes(operator) && !value.length;
    return isEmptyList || (operator.includes("like") && value === "");
}

function readLeaves(domain) {
    return new Domain(domain).toList().filter(Array.isArray);
}

/** Odoo's own editor; archived contacts are left out of segments, so no box for them. */
export class LifecycleDomainSelector extends DomainSelector {
    getShowArchivedCheckBox() {
        return false;
    }
}

/** Facts about the contact, in Odoo's domain editor. */
export class LifecycleProfileCondition extends Component {
    static template = "contact_lifecycle.LifecycleProfileCondition";
    static components = { DomainSelector: LifecycleDomainSelector, LifecycleChoice };
    static props = { value: Object, update: Function };

    get polarities() {
        return [
            { value: false, label: _t("match") },
            { value: true, label: _t("do not match") },
        ];
    }

    get domain() {
        return this.props.value.domain || "[]";
    }

    get isDebug() {
        return Boolean(this.env.debug);
    }
}

function getProfileProblem({ domain }) {
    const leaves = readLeaves(domain || "[]");
    if (!leaves.length) {
        return _t("Choose a fact and its value.");
    }
    return leaves.some(isUnfinished) ? _t("Choose a value for each fact.") : "";
}

function pickedDomain([name, operator, value]) {
    const leaves =
        operator === "between"
            ? ["&", [name, ">=", value[0]], [name, "<=", value[1]]]
            : [[name, operator, value]];
    return new Domain(leaves).toString();
}

function makePick(fields, pick) {
    return {
        label: fields[pick[0]].string,
        value: makeValue("profile", { domain: pickedDomain(pick) }),
    };
}

conditionKinds.add(
    "profile",
    {
        label: _t("Facts about the contact"),
        description: _t("Country, age, stage, score, value, tags… any field"),
        icon: "fa-id-card-o",
        component: LifecycleProfileCondition,
        empty: () => ({ domain: "[]" }),
        problem: getProfileProblem,
        picks: ({ fields }) =>
            PICKS.filter(([name]) => fields[name]?.searchable).map((pick) =>
                makePick(fields, pick),
            ),
    },
    { sequence: 10 },
);
