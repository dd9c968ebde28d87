import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { deserializeDate, deserializeDateTime, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { RecordSelector } from "@web/core/record_selectors/record_selector";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { useAnswer } from "./lifecycle_segment_loader";

const MARKS = {
    true: { icon: "fa-check text-success", title: _t("Holds") },
    false: { icon: "fa-times text-danger", title: _t("Does not hold") },
    null: { icon: "fa-question text-warning", title: _t("Cannot be told") },
};

function mark(matched) {
    return MARKS[String(matched ?? null)];
}

/** Whether a contact is in a segment, and how every condition fared with it. */
export class LifecycleSegmentExplanation extends Component {
    static template = "contact_lifecycle.LifecycleSegmentExplanation";
    static props = { segmentId: Number, partnerId: Number };

    setup() {
        this.why = useAnswer(
            (orm) =>
                orm.call("lifecycle.segment", "explain", [
                    [this.asked.segmentId],
                    this.asked.partnerId,
                ]),
            (props = this.props) => {
                this.asked = props;
                return `${props.segmentId}/${props.partnerId}`;
            },
        );
    }

    get answer() {
        return this.why.answer;
    }

    get verdict() {
        const { is_member, wanted } = this.answer;
        if (is_member) {
            return { text: _t("In the segment"), class: "text-bg-success" };
        }
        if (wanted) {
            return {
                text: _t("Not in the segment yet: the next refresh adds it"),
                class: "text-bg-warning",
            };
        }
        return { text: _t("Not in the segment"), class: "text-bg-secondary" };
    }

    get leaving() {
        const { is_member, wanted } = this.answer;
        return is_member && wanted === false;
    }

    get overrideText() {
        const { kind, reason, user, until } = this.answer.override;
        const values = { reason, user, until: until && this.date(until) };
        if (kind === "include") {
            return until
                ? _t("Put in by hand by %(user)s until %(until)s: %(reason)s", values)
                : _t("Put in by hand by %(user)s: %(reason)s", values);
        }
        return until
            ? _t("Kept out by hand by %(user)s until %(until)s: %(reason)s", values)
            : _t("Kept out by hand by %(user)s: %(reason)s", values);
    }

    mark(matched) {
        return mark(matched);
    }

    date(text) {
        if (!text) {
            return "";
        }
        const isDay = text.length === 10;
        return formatDate(
            isDay ? deserializeDate(text) : deserializeDateTime(text.replace("T", " ")),
        );
    }
}

/** Choose what is missing of contact and segment, and see why. */
export class LifecycleSegmentWhyPanel extends Component {
    static template = "contact_lifecycle.LifecycleSegmentWhyPanel";
    static components = { LifecycleSegmentExplanation, RecordSelector };
    static props = {
        segmentId: { type: [Number, Boolean], optional: true },
        partnerId: { type: [Number, Boolean], optional: true },
        chooseSegment: { type: Boolean, optional: true },
    };

    setup() {
        this.state = useState({
            segmentId: this.props.segmentId || false,
            partnerId: this.props.partnerId || false,
        });
    }
}

/** The same in a dialog, from a contact or from a list of members. */
export class LifecycleSegmentWhyDialog extends Component {
    static template = "contact_lifecycle.LifecycleSegmentWhyDialog";
    static components = { Dialog, LifecycleSegmentWhyPanel };
    static props = {
        segmentId: { type: [Number, Boolean], optional: true },
        segmentName: { type: String, optional: true },
        partnerId: { type: [Number, Boolean], optional: true },
        close: Function,
    };

    get title() {
        return this.props.segmentName
            ? _t("Why in “%s”, or not?", this.props.segmentName)
            : _t("Why in a segment, or not?");
    }
}

/** The tab of a segment. */
export class LifecycleSegmentWhy extends Component {
    static template = "contact_lifecycle.LifecycleSegmentWhy";
    static components = { LifecycleSegmentWhyPanel };
    static props = { ...standardWidgetProps };
}

registry.category("view_widgets").add("lifecycle_segment_why", {
    component: LifecycleSegmentWhy,
});

registry.category("actions").add("lifecycle_segment_why", (env, action) => {
    const { segment_id, segment_name, partner_id } = action.params;
    env.services.dialog.add(LifecycleSegmentWhyDialog, {
        segmentId: segment_id,
        segmentName: segment_name,
        partnerId: partner_id,
    });
});
