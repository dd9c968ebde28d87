import { useRef } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { useSortable } from "@web/core/utils/sortable_owl";

import { findCondition, makeGroup, moveCondition } from "./lifecycle_segment_tree";

/** Moving conditions within and between groups: by mouse, by menu and by keyboard. */
export function useConditionMoves({ getGroups, changed }) {
    const root = useRef("root");

    /** Where a condition can go, as entries of its menu. */
    function list(key) {
        const groups = getGroups();
        const { group, index } = findCondition(groups, key);
        const moves = [];
        if (index > 0) {
            moves.push({ target: "up", label: _t("Move up") });
        }
        if (index < group.conditions.length - 1) {
            moves.push({ target: "down", label: _t("Move down") });
        }
        groups.forEach((other, number) => {
            if (other !== group) {
                const label = _t("Move to group %s", number + 1);
                moves.push({ target: String(other.key), label });
            }
        });
        if (group.conditions.length > 1) {
            moves.push({ target: "new", label: _t("Move to a new group") });
        }
        return moves;
    }

    function moveWithin({ group, index }, key, step) {
        const place = index + step;
        if (place >= 0 && place < group.conditions.length) {
            moveCondition(getGroups(), key, group, place);
        }
    }

    function moveBetween(key, target) {
        const groups = getGroups();
        if (target === "new") {
            groups.push(makeGroup());
            moveCondition(groups, key, groups.at(-1), 0);
            return;
        }
        const group = groups.find((other) => String(other.key) === target);
        if (group) {
            moveCondition(groups, key, group, group.conditions.length);
        }
    }

    async function move(key, target) {
        const steps = { up: -1, down: 1 };
        if (target in steps) {
            moveWithin(findCondition(getGroups(), key), key, steps[target]);
        } else {
            moveBetween(key, target);
        }
        await changed();
        await followFocus(key);
    }

    /** A card that moves takes the focus along, so that the next key moves it on. */
    async function followFocus(key) {
        await new Promise((resolve) => browser.requestAnimationFrame(resolve));
        await new Promise((resolve) => browser.requestAnimationFrame(resolve));
        const row = root.el?.querySelector(`.o_lifecycle_row[data-key="${key}"]`);
        row?.querySelector(".o_lifecycle_condition_text")?.focus();
    }

    useSortable({
        ref: root,
        elements: ".o_lifecycle_row",
        groups: ".o_lifecycle_rows",
        connectGroups: true,
        handle: ".o_lifecycle_condition_handle",
        cursor: "grabbing",
        onDrop: ({ element, parent, next }) => {
            const groups = getGroups();
            const keyOf = (el) => Number(el?.dataset.key);
            const key = keyOf(element);
            const target = parent
                ? groups.find((group) => group.key === keyOf(parent))
                : findCondition(groups, key).group;
            const others = target.conditions.filter((other) => other.key !== key);
            const place = others.findIndex((other) => other.key === keyOf(next));
            moveCondition(groups, key, target, place < 0 ? others.length : place);
            changed();
        },
    });

    return { list, move };
}
