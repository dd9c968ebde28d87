import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

import { conditionKinds } from "./lifecycle_segment_conditions";
import { LifecycleChoice } from "./lifecycle_segment_inputs";

const EMAIL = /[^\s<>,;"'()[\]]+@[^\s<>,;"'()[\]]+\.[^\s<>,;"'()[\]]+/g;

/**
 * Read addresses and references from what was pasted: a column of a sheet, a header
 * of an e-mail ("Ana <ana@example.com>"), or anything with commas in between. A line
 * with an address in it is read for its addresses only.
 */
export function readPasted(text) {
    const emails = new Set();
    const refs = new Set();
    let unread = 0;
    for (const line of text.split(/[\n\r\t;]+/)) {
        const found = line.match(EMAIL) || [];
        found.forEach((email) => emails.add(email.toLowerCase()));
        if (!found.length) {
            const words = line.split(",").map((word) => word.trim());
            words.filter((word) => word.includes("@")).forEach(() => (unread += 1));
            words
                .filter((word) => word && !word.includes("@"))
                .forEach((word) => refs.add(word));
        }
    }
    return { emails: [...emails], refs: [...refs], unread };
}

/** Contacts with one of these e-mail addresses or references. */
export class LifecycleContactsCondition extends Component {
    static template = "contact_lifecycle.LifecycleContactsCondition";
    static components = { LifecycleChoice };
    static props = { value: Object, update: Function };

    setup() {
        this.unread = 0;
    }

    get polarities() {
        return [
            { value: false, label: _t("are") },
            { value: true, label: _t("are not") },
        ];
    }

    get text() {
        const { emails, refs } = this.props.value;
        return [...(emails || []), ...(refs || [])].join("\n");
    }

    get summary() {
        const { emails, refs } = this.props.value;
        const counts = { emails: (emails || []).length, refs: (refs || []).length };
        return _t("E-mail addresses: %(emails)s. References: %(refs)s.", counts);
    }

    get unreadText() {
        return this.unread && _t("Not readable as an address: %s.", this.unread);
    }

    onChange(ev) {
        const { emails, refs, unread } = readPasted(ev.target.value);
        this.unread = unread;
        this.props.update({ emails, refs });
    }
}

conditionKinds.add(
    "contacts",
    {
        label: _t("A list of addresses I paste"),
        description: _t("E-mail addresses or references from a sheet"),
        icon: "fa-clipboard",
        component: LifecycleContactsCondition,
        empty: () => ({ emails: [], refs: [] }),
        problem: ({ emails, refs }) =>
            (emails || []).length || (refs || []).length
                ? ""
                : _t("Paste addresses or references."),
    },
    { sequence: 70 },
);
