import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/**
 * Kinds of conditions. An addon that adds one to `_condition_kinds()` adds it here:
 *
 * - `label`, `description`, `icon`: the entry of the menu;
 * - `component`: its editor, with the props `value`, `update(changes)`, `problem`;
 * - `empty()`: the condition a new card begins with;
 * - `problem(value)`: what is missing still, in words, or an empty string;
 * - `picks(words)`: entries for what is asked most, each `{label, icon, value}`.
 */
export const conditionKinds = registry.category("lifecycle_segment_conditions");

conditionKinds.addValidation({
    component: Function,
    description: [String, Object],
    empty: Function,
    icon: String,
    label: [String, Object],
    picks: { type: Function, optional: true },
    problem: { type: Function, optional: true },
});

export function getKind(code) {
    return conditionKinds.get(code, null);
}

export function makeValue(code, changes = {}) {
    return { kind: code, negated: false, ...getKind(code).empty(), ...changes };
}

/** What keeps a condition from being counted, as far as it shows without asking. */
export function getProblem(value) {
    const kind = getKind(value.kind);
    if (!kind) {
        return "";
    }
    try {
        return (kind.problem && kind.problem(value)) || "";
    } catch {
        return _t("This condition cannot be read. Remove it, or undo the last change.");
    }
}
