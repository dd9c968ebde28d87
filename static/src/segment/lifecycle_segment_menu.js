import { Component, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { useAutofocus } from "@web/core/utils/hooks";
import { normalize } from "@web/core/l10n/utils";

import { conditionKinds, makeValue } from "./lifecycle_segment_conditions";

/** Entries of one kind: itself, and what is picked most of it. */
function readKind(code, kind, words) {
    const main = {
        key: code,
        code,
        label: String(kind.label),
        description: String(kind.description),
        icon: kind.icon,
        value: () => makeValue(code),
    };
    const picks = kind.picks ? kind.picks(words) : [];
    return {
        main,
        picks: picks.map(({ label, icon, value }) => ({
            key: `${code}/${label}`,
            code,
            label: String(label),
            icon: icon || "",
            value: () => value,
        })),
    };
}

/** The search field of the menu: it has the focus as soon as the menu opens. */
export class LifecycleMenuSearch extends Component {
    static template = "contact_lifecycle.LifecycleMenuSearch";
    static props = { update: Function, value: String };

    setup() {
        useAutofocus({ refName: "input", mobile: false });
    }
}

/** "Add condition": the kinds in plain words, with what is asked most at hand. */
export class LifecycleConditionMenu extends Component {
    static template = "contact_lifecycle.LifecycleConditionMenu";
    static components = { Dropdown, DropdownItem, LifecycleMenuSearch };
    static props = { add: Function, label: String, className: String };

    setup() {
        this.state = useState({ search: "" });
        this.navigationOptions = {
            virtualFocus: true,
            hotkeys: {
                enter: {
                    isAvailable: ({ navigator }) => navigator.items.length > 0,
                    callback: (navigator) =>
                        (navigator.activeItem || navigator.items[0]).select(),
                },
            },
        };
    }

    get kinds() {
        return conditionKinds
            .getEntries()
            .map(([code, kind]) => readKind(code, kind, this.env.lifecycleSegment));
    }

    /** Kinds and picks that bear all the words looked for, in whatever order. */
    get found() {
        const words = normalize(this.state.search).split(/\s+/).filter(Boolean);
        const matches = (...texts) => {
            const text = normalize(texts.join(" "));
            return words.every((word) => text.includes(word));
        };
        return this.kinds
            .map(({ main, picks }) => ({
                main,
                isMain: matches(main.label, main.description),
                picks: picks.filter(({ label }) => matches(main.label, label)),
            }))
            .filter(({ isMain, picks }) => isMain || picks.length);
    }

    search(text) {
        this.state.search = text;
    }

    onStateChanged(isOpen) {
        if (!isOpen) {
            this.state.search = "";
        }
    }
}
