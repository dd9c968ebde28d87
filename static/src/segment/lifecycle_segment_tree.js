/**
 * A definition, as it is stored, and the tree the builder edits.
 *
 * In the tree every group and condition bears a key, so that a card keeps its focus
 * and its state while others come, go and move.  What the builder does not know (a
 * kind of an app that was removed, a value it has no control for) passes untouched.
 */
export const VERSION = 1;

let lastKey = 0;

function newKey() {
    lastKey += 1;
    return lastKey;
}

function isPlain(value) {
    return Boolean(value) && typeof value === "object" && !Array.isArray(value);
}

function isReadableGroup(group) {
    return (
        isPlain(group) &&
        Array.isArray(group.conditions) &&
        group.conditions.every(isPlain)
    );
}

export function copyOf(value) {
    return JSON.parse(JSON.stringify(value));
}

/** Whether the builder can show this definition without losing a part of it. */
export function isReadable(definition) {
    if (!definition || (isPlain(definition) && !Object.keys(definition).length)) {
        return true;
    }
    return (
        isPlain(definition) &&
        (definition.version || VERSION) <= VERSION &&
        Array.isArray(definition.groups) &&
        definition.groups.every(isReadableGroup)
    );
}

/** Filters without a value say nothing: only those are shown that narrow down. */
function withoutEmptyFilters(value) {
    if (!isPlain(value.filters)) {
        return value;
    }
    const filled = Object.entries(value.filters).filter(
        ([, filter]) => filter != null && filter.length !== 0,
    );
    return { ...value, filters: Object.fromEntries(filled) };
}

export function makeCondition(value) {
    return { key: newKey(), value };
}

export function makeGroup(conditions = [], negated = false) {
    return { key: newKey(), negated, conditions };
}

/** Return the groups of a readable definition; there is always one to add to. */
export function readGroups(definition) {
    const groups = (definition && definition.groups) || [];
    const read = groups.map(({ conditions, negated }) =>
        makeGroup(
            conditions.map((value) =>
                makeCondition(withoutEmptyFilters(copyOf(value))),
            ),
            Boolean(negated),
        ),
    );
    return read.length ? read : [makeGroup()];
}

/** Groups that say something; an empty one is a place to add to, not a condition. */
export function filledGroups(groups) {
    return groups.filter((group) => group.conditions.length);
}

export function writeDefinition(groups) {
    return {
        version: VERSION,
        groups: filledGroups(groups).map(({ negated, conditions }) => ({
            negated,
            conditions: conditions.map(({ value }) => value),
        })),
    };
}

/** Where a condition stands: its group and its place there, or nothing. */
export function findCondition(groups, key) {
    for (const group of groups) {
        const index = group.conditions.findIndex((condition) => condition.key === key);
        if (index >= 0) {
            return { group, index, condition: group.conditions[index] };
        }
    }
    return null;
}

/** Take a condition out of its group and put it at a place of another, or the same. */
export function moveCondition(groups, key, target, index) {
    const found = findCondition(groups, key);
    if (!found) {
        return;
    }
    found.group.conditions.splice(found.index, 1);
    target.conditions.splice(index, 0, found.condition);
}
