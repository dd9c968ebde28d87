import { Component, onError, useEffect, useRef, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";

import { getKind, getProblem } from "./lifecycle_segment_conditions";
import { shortNumber } from "../value/lifecycle_value_utils";

const FIRST_CONTROL = "select, input:not([type=search]), textarea, button";

/** One condition: its sentence, the editor behind it, what it leaves, what is wrong. */
export class LifecycleConditionCard extends Component {
    static template = "contact_lifecycle.LifecycleConditionCard";
    static components = { Dropdown, DropdownItem };
    static props = {
        condition: Object,
        moves: Array,
        remove: Function,
        duplicate: Function,
        move: Function,
        setOpen: Function,
        update: Function,
        isOpen: Boolean,
        readonly: Boolean,
        step: { optional: true },
        text: { optional: true },
    };

    setup() {
        this.root = useRef("root");
        this.state = useState({ isBroken: false });
        // An editor that cannot show its condition must not take the form with it.
        onError(() => {
            this.state.isBroken = true;
        });
        useEffect(
            (isOpen) => this.focusWhenOpened(isOpen),
            () => [this.props.isOpen],
        );
    }

    get value() {
        return this.props.condition.value;
    }

    get kind() {
        return getKind(this.value.kind);
    }

    get label() {
        return this.kind ? String(this.kind.label) : _t("Unknown condition");
    }

    get icon() {
        return this.kind ? this.kind.icon : "fa-puzzle-piece";
    }

    get text() {
        return this.props.text || this.label;
    }

    get isEditable() {
        return this.props.isOpen && !this.props.readonly;
    }

    get raw() {
        return JSON.stringify(this.value, null, 2);
    }

    /** The server knows best; what is missing is said before it is asked. */
    get problem() {
        return getProblem(this.value);
    }

    get error() {
        return this.problem ? "" : (this.props.step && this.props.step.error) || "";
    }

    get count() {
        const { step } = this.props;
        return !this.problem && step && step.count != null
            ? shortNumber(step.count)
            : "";
    }

    get isSlow() {
        return Boolean(this.props.step && this.props.step.slow);
    }

    /** Focus goes with what the user does, not with what the page does. */
    focusWhenOpened(isOpen) {
        if (isOpen && this.wasClosed) {
            const control = this.root.el.querySelector(
                `.o_lifecycle_condition_editor :is(${FIRST_CONTROL})`,
            );
            control?.focus();
        }
        this.wasClosed = !isOpen;
    }

    close() {
        this.props.setOpen(false);
        this.root.el.querySelector(".o_lifecycle_condition_text")?.focus();
    }

    onKeydown(ev) {
        if (ev.defaultPrevented || this.props.readonly) {
            return;
        }
        if (ev.key === "Escape" && this.props.isOpen) {
            ev.stopPropagation();
            this.close();
        } else if (ev.altKey && ["ArrowUp", "ArrowDown"].includes(ev.key)) {
            ev.preventDefault();
            this.props.move(ev.key === "ArrowUp" ? "up" : "down");
        } else if (ev.key === "Delete" && ev.target === this.textButton) {
            this.props.remove();
        }
    }

    get textButton() {
        return this.root.el.querySelector(".o_lifecycle_condition_text");
    }
}
