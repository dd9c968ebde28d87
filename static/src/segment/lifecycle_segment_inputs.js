/* global luxon */
import { Component } from "@odoo/owl";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { MultiRecordSelector } from "@web/core/record_selectors/multi_record_selector";
import { user } from "@web/core/user";

/** One of a few words of a sentence. */
export class LifecycleChoice extends Component {
    static template = "contact_lifecycle.LifecycleChoice";
    static props = {
        label: String,
        options: Array,
        update: Function,
        value: [String, Boolean],
        className: { type: String, optional: true },
    };

    get selected() {
        return String(this.props.value);
    }

    isUnknown() {
        return !this.props.options.some(({ value }) => String(value) === this.selected);
    }

    onChange(ev) {
        const { options, update } = this.props;
        const chosen = options.find(({ value }) => String(value) === ev.target.value);
        if (chosen) {
            update(chosen.value);
        }
    }
}

/** A number of a sentence; null where the field is empty. */
export class LifecycleNumber extends Component {
    static template = "contact_lifecycle.LifecycleNumber";
    static props = {
        label: String,
        update: Function,
        value: { optional: true },
        min: { type: Number, optional: true },
        max: { type: Number, optional: true },
        step: { type: [Number, String], optional: true },
        placeholder: { type: String, optional: true },
        className: { type: String, optional: true },
    };
    static defaultProps = { step: 1, className: "o_lifecycle_input_short" };

    onInput(ev) {
        const number = ev.target.value === "" ? null : Number(ev.target.value);
        this.props.update(Number.isNaN(number) ? null : number);
    }
}

/** A day of a sentence, as text of the form 2026-12-31. */
export class LifecycleDay extends Component {
    static template = "contact_lifecycle.LifecycleDay";
    static components = { DateTimeInput };
    static props = {
        label: String,
        update: Function,
        value: { optional: true },
    };

    get day() {
        const day = luxon.DateTime.fromISO(this.props.value || "");
        return day.isValid ? day : false;
    }

    onChange(day) {
        this.props.update(day ? day.toISODate() : null);
    }
}

/** Records of a sentence, or why they cannot be chosen. */
export class LifecycleRecords extends Component {
    static template = "contact_lifecycle.LifecycleRecords";
    static components = { MultiRecordSelector };
    static props = {
        label: String,
        resIds: { optional: true },
        resModel: String,
        update: Function,
        domain: { type: Array, optional: true },
        placeholder: { type: String, optional: true },
    };

    get resIds() {
        const { resIds } = this.props;
        return Array.isArray(resIds) ? resIds.filter(Number.isInteger) : [];
    }
}

/** Whether the user may look at these records at all; asked once a model. */
export function mayRead(resModel) {
    return user.checkAccessRight(resModel, "read");
}
