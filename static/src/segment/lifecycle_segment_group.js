import { Component, useEffect, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatInteger } from "@web/views/fields/formatters";

import { LifecycleConditionCard } from "./lifecycle_segment_condition";
import { conditionText } from "./lifecycle_segment_counting";
import { LifecycleChoice } from "./lifecycle_segment_inputs";
import { LifecycleConditionMenu } from "./lifecycle_segment_menu";

/** Conditions that all have to hold, or, turned round, not all of them. */
export class LifecycleSegmentGroup extends Component {
    static template = "contact_lifecycle.LifecycleSegmentGroup";
    static components = {
        LifecycleChoice,
        LifecycleConditionCard,
        LifecycleConditionMenu,
    };
    static props = {
        builder: Object,
        count: { optional: true },
        group: Object,
        number: Number,
        readonly: Boolean,
    };

    setup() {
        this.root = useRef("root");
        // What is open and what was counted changes without the group itself changing.
        this.state = useState(this.props.builder.state);
        this.counting = useState(this.props.builder.counting.state);
        useEffect(
            (count) => this.focusAfterRemoval(count),
            () => [this.props.group.conditions.length],
        );
    }

    get builder() {
        return this.props.builder;
    }

    get polarities() {
        return [
            { value: false, label: _t("Contacts with all of these") },
            { value: true, label: _t("Everybody except contacts with all of these") },
        ];
    }

    get polarityText() {
        return this.polarities.find(({ value }) => value === this.props.group.negated)
            .label;
    }

    text(condition) {
        return conditionText(this.counting, condition);
    }

    get title() {
        return _t("Group %s", this.props.number);
    }

    get andWord() {
        return _t("and");
    }

    get canRemove() {
        const { group } = this.props;
        return group.conditions.length || this.state.groups.length > 1;
    }

    get countText() {
        const { count } = this.props;
        return count == null ? "" : formatInteger(count);
    }

    /** The focus must not fall out of the page with the card that is gone. */
    focusAfterRemoval(count) {
        const isLost =
            count < this.lastCount && document.activeElement === document.body;
        this.lastCount = count;
        if (isLost) {
            const cards = this.root.el.querySelectorAll(".o_lifecycle_condition_text");
            const button = this.root.el.querySelector(".o_lifecycle_add_condition");
            (cards[cards.length - 1] || button)?.focus();
        }
    }
}
