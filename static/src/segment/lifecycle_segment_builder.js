import { Component, onWillStart, onWillUnmount, useState, useSubEnv } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { LifecycleSegmentGroup } from "./lifecycle_segment_group";
import { LifecycleSegmentPreview } from "./lifecycle_segment_preview";
import { conditionKinds, getProblem, makeValue } from "./lifecycle_segment_conditions";
import { LifecycleConditionMenu } from "./lifecycle_segment_menu";
import { useCounting } from "./lifecycle_segment_counting";
import { useConditionMoves } from "./lifecycle_segment_moves";
import {
    copyOf,
    filledGroups,
    findCondition,
    isReadable,
    makeCondition,
    makeGroup,
    readGroups,
    writeDefinition,
} from "./lifecycle_segment_tree";
import { loadWords } from "./lifecycle_segment_words";

/**
 * The conditions of a segment, edited as one value, and who they find.
 *
 * Nothing is stored before the form is saved: the preview is asked about the value as
 * it stands in the browser.
 */
export class LifecycleSegmentBuilder extends Component {
    static template = "contact_lifecycle.LifecycleSegmentBuilder";
    static components = {
        LifecycleConditionMenu,
        LifecycleSegmentGroup,
        LifecycleSegmentPreview,
    };
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.fieldService = useService("field");
        this.notification = useService("notification");
        this.state = useState({ groups: [makeGroup()], open: {}, isReadable: true });
        this.writing = 0;
        this.words = { types: [], fields: {}, devices: [], resId: false };
        useSubEnv({ lifecycleSegment: this.words });
        this.counting = useCounting(() => this.question);
        this.moves = useConditionMoves({
            getGroups: () => this.state.groups,
            changed: () => this.changed(),
        });
        onWillStart(async () => {
            Object.assign(this.words, await loadWords(this.orm, this.fieldService));
        });
        // A segment filled by hand is saved whatever was begun here.
        onWillUnmount(() => {
            const { record, name } = this.props;
            if (record.data.kind === "static") {
                record.resetFieldValidity(name);
            }
        });
        useRecordObserver((record) => this.readRecord(record));
    }

    get definition() {
        return this.props.record.data[this.props.name];
    }

    get companyId() {
        return this.props.record.data.company_id?.id || null;
    }

    get question() {
        return {
            groups: this.state.groups,
            companyId: this.companyId,
            segmentId: this.props.record.resId || null,
        };
    }

    get isEmpty() {
        return !filledGroups(this.state.groups).length;
    }

    get tiles() {
        return conditionKinds.getEntries().map(([code, kind]) => ({
            code,
            label: kind.label,
            description: kind.description,
            icon: kind.icon,
            value: () => makeValue(code),
        }));
    }

    get rawDefinition() {
        return JSON.stringify(this.definition, null, 2);
    }

    /** Take in what the record holds, unless it is what was just written there. */
    readRecord(record) {
        const definition = record.data[this.props.name];
        const company = record.data.company_id?.id || null;
        const json = JSON.stringify([record.resId, company, definition]);
        this.words.resId = record.resId;
        if (this.writing || json === this.lastJson) {
            return;
        }
        const isOwn = JSON.stringify(definition) === this.writtenJson;
        this.lastJson = json;
        if (!isOwn) {
            this.state.isReadable = isReadable(definition);
            this.state.groups = readGroups(this.state.isReadable ? definition : null);
            this.state.open = {};
            this.openUnfinished();
            if (!record.resId) {
                this.checkFinished();
            }
        }
        this.counting.ask(0);
    }

    /** A condition without its value would find nobody, or anybody: it is not saved. */
    checkFinished() {
        const { record, name } = this.props;
        const hasProblem = this.state.groups.some(({ conditions }) =>
            conditions.some(({ value }) => getProblem(value)),
        );
        if (hasProblem) {
            record.setInvalidField(name);
        }
    }

    /** What still wants a value begins open: a segment made from the gallery. */
    openUnfinished() {
        for (const { conditions } of this.state.groups) {
            for (const { key, value } of conditions) {
                if (getProblem(value)) {
                    this.state.open[key] = true;
                }
            }
        }
    }

    /** Write the tree into the record; what it says meanwhile is of before. */
    async changed() {
        const { record, name } = this.props;
        const definition = copyOf(writeDefinition(this.state.groups));
        this.writtenJson = JSON.stringify(definition);
        const company = this.companyId;
        this.lastJson = JSON.stringify([record.resId, company, definition]);
        this.counting.ask();
        this.writing += 1;
        try {
            await record.update({ [name]: definition });
        } finally {
            this.writing -= 1;
        }
        this.checkFinished();
    }

    setOpen(key, isOpen) {
        this.state.open[key] = isOpen;
    }

    addCondition(group, value) {
        const condition = makeCondition(value);
        group.conditions.push(condition);
        this.state.open[condition.key] = true;
        return this.changed();
    }

    addFirst(value) {
        return this.addCondition(this.state.groups[0], value);
    }

    addGroup() {
        this.state.groups.push(makeGroup());
    }

    updateCondition(key, changes) {
        const { condition } = findCondition(this.state.groups, key);
        condition.value = { ...condition.value, ...changes };
        return this.changed();
    }

    duplicateCondition(key) {
        const { group, index, condition } = findCondition(this.state.groups, key);
        const copy = makeCondition(copyOf(condition.value));
        group.conditions.splice(index + 1, 0, copy);
        this.state.open[copy.key] = true;
        return this.changed();
    }

    removeCondition(key) {
        const before = this.remember();
        const { group, index } = findCondition(this.state.groups, key);
        group.conditions.splice(index, 1);
        this.offerUndo(_t("Condition removed."), before);
        return this.changed();
    }

    negateGroup(group, negated) {
        group.negated = negated;
        return this.changed();
    }

    duplicateGroup(group) {
        const copies = group.conditions.map(({ value }) =>
            makeCondition(copyOf(value)),
        );
        const index = this.state.groups.indexOf(group);
        this.state.groups.splice(index + 1, 0, makeGroup(copies, group.negated));
        return this.changed();
    }

    removeGroup(group) {
        const before = this.remember();
        const { groups } = this.state;
        groups.splice(groups.indexOf(group), 1);
        if (!groups.length) {
            groups.push(makeGroup());
        }
        this.offerUndo(_t("Group removed."), before);
        return this.changed();
    }

    /** The groups as they are, to come back to; conditions are replaced, not changed. */
    remember() {
        return this.state.groups.map((group) => ({
            ...group,
            conditions: group.conditions.map((condition) => ({ ...condition })),
        }));
    }

    /** Only the last removal is offered back: undoing one of before would undo others. */
    offerUndo(message, before) {
        this.closeUndo?.();
        this.closeUndo = this.notification.add(message, {
            type: "info",
            buttons: [
                {
                    name: _t("Undo"),
                    primary: true,
                    onClick: () => {
                        this.state.groups = before;
                        this.changed();
                        this.closeUndo();
                    },
                },
            ],
        });
    }

    startAnew() {
        this.state.isReadable = true;
        this.state.groups = [makeGroup()];
        return this.changed();
    }

    openGallery() {
        return this.action.doAction(
            "contact_lifecycle.lifecycle_segment_template_action",
        );
    }
}

registry.category("fields").add("lifecycle_segment_builder", {
    component: LifecycleSegmentBuilder,
    displayName: _t("Conditions of a segment"),
    supportedTypes: ["json"],
    isEmpty: () => false,
});
