import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { imageUrl } from "@web/core/utils/urls";
import { formatInteger } from "@web/views/fields/formatters";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";

import { conditionText } from "./lifecycle_segment_counting";
import { percent } from "../value/lifecycle_value_utils";

function exact(number) {
    return number == null ? "–" : formatInteger(number);
}

/** How many, who for example, and what each condition leaves of them. */
export class LifecycleSegmentPreview extends Component {
    static template = "contact_lifecycle.LifecycleSegmentPreview";
    static props = {
        counting: Object,
        groups: Array,
        retry: Function,
    };

    setup() {
        this.dialog = useService("dialog");
        this.counting = useState(this.props.counting);
    }

    get answer() {
        return this.counting.answer;
    }

    get isRunning() {
        return this.counting.status === "running";
    }

    get total() {
        return exact(this.answer?.total);
    }

    get share() {
        const { total, everybody } = this.answer;
        return everybody ? total / everybody : 0;
    }

    get shareText() {
        return _t("%(share)s of %(everybody)s contacts", {
            share: percent(this.share, this.share && this.share < 0.1 ? 1 : 0),
            everybody: exact(this.answer.everybody),
        });
    }

    get unfinishedText() {
        const { unfinished } = this.counting;
        return unfinished && this.counting.status !== "empty"
            ? _t("Counted without unfinished conditions: %s.", unfinished)
            : "";
    }

    get warning() {
        return this.answer?.warning || "";
    }

    /** Manual changes count whatever the conditions say; the count is of conditions. */
    get overridesText() {
        const { included, excluded } = this.answer || {};
        if (!included && !excluded) {
            return "";
        }
        return _t("Besides, by hand: always in %(included)s, never in %(excluded)s.", {
            included: exact(included),
            excluded: exact(excluded),
        });
    }

    get isCut() {
        return Boolean(this.answer?.is_cut);
    }

    get error() {
        return this.answer?.error || "";
    }

    get sample() {
        return this.answer?.sample || [];
    }

    /** Bars of each group, after each of its conditions; what has no count says why. */
    get waterfall() {
        const everybody = this.answer?.everybody || 0;
        return this.props.groups
            .map(({ key, negated, conditions }) => ({
                key,
                negated,
                count: exact(this.counting.groups[key]),
                bars: this.readBars(conditions, everybody),
            }))
            .filter(({ bars }) => bars.length);
    }

    readBars(conditions, everybody) {
        let before = everybody;
        return conditions
            .filter(({ key }) => this.counting.steps[key])
            .map((condition) => {
                const step = this.counting.steps[condition.key];
                const bar = this.readBar(step, before, everybody);
                before = step.count ?? before;
                const text = conditionText(this.counting, condition);
                return { key: condition.key, text, ...bar };
            });
    }

    readBar({ count, error, slow, seconds }, before, everybody) {
        const isKnown = count != null;
        const lost = isKnown && before ? (before - count) / before : 0;
        return {
            slow: slow && this.slowText(seconds),
            error,
            isKnown,
            count: exact(count),
            width: isKnown && everybody ? (100 * count) / everybody : 0,
            lost: lost > 0.0005 ? `−${percent(lost, lost < 0.1 ? 1 : 0)}` : "",
        };
    }

    slowText(seconds) {
        return seconds ? _t("Slow: %s s", seconds.toFixed(1)) : _t("Slow");
    }

    get hasSeveralGroups() {
        return this.waterfall.length > 1;
    }

    groupTitle(group, index) {
        return group.negated
            ? _t("Group %s, everybody except", index + 1)
            : _t("Group %s", index + 1);
    }

    avatar({ id }) {
        return imageUrl("res.partner", id, "avatar_128");
    }

    /** In a dialog: the segment being edited stays where it is. */
    openContact({ id, name }) {
        this.dialog.add(FormViewDialog, {
            resModel: "res.partner",
            resId: id,
            title: name,
        });
    }
}
