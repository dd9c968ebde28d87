import { Component, onWillStart, useEffect, useState } from "@odoo/owl";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const PARTS = {
    completeness: _t("Filled in"),
    freshness: _t("Fresh"),
    email: _t("E-mail"),
    phone: _t("Phone"),
};
const DOUBTS = {
    typo: _t("looks misspelt"),
    disposable: _t("a throw-away address"),
    placeholder: _t("looks invented"),
    role: _t("of a department, not of a person"),
};
const BANDS = {
    good: "text-bg-success",
    fair: "text-bg-warning",
    poor: "text-bg-danger",
};
const STATES = {
    valid: "text-success",
    missing: "text-muted",
    doubtful: "text-warning-emphasis",
};

/** What is missing in the data of a contact, and why it has this quality. */
export class LifecycleQualityWhy extends Component {
    static template = "contact_lifecycle.LifecycleQualityWhy";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.lastAnswer = new KeepLast();
        this.state = useState({ why: null, status: "loading" });
        this.key = this.recordKey;
        onWillStart(() => this.load());
        useEffect(
            (key) => {
                if (key !== this.key) {
                    this.key = key;
                    this.load();
                }
            },
            () => [this.recordKey],
        );
    }

    /** Changes with the contact shown and whenever it has been saved. */
    get recordKey() {
        const { resId, data } = this.props.record;
        return `${resId}:${data.write_date}:${data.lifecycle_quality_score}`;
    }

    async load() {
        const { resId } = this.props.record;
        if (!resId) {
            Object.assign(this.state, { why: null, status: "ready" });
            return;
        }
        try {
            this.state.why = await this.lastAnswer.add(
                this.orm.silent.call("lifecycle.profile", "explain_quality", [resId]),
            );
            this.state.status = "ready";
        } catch (error) {
            if (!(error instanceof RPCError || error instanceof ConnectionLostError)) {
                throw error;
            }
            this.state.status = "error";
        }
    }

    get why() {
        return this.state.why;
    }

    get bandClass() {
        return BANDS[this.why.quality_band];
    }

    get parts() {
        return this.why.parts.map((part) => ({ ...part, label: PARTS[part.name] }));
    }

    get addresses() {
        const { email, phone } = this.why;
        return [
            { ...email, name: "email", icon: "fa-envelope-o", title: _t("E-mail") },
            { ...phone, name: "phone", icon: "fa-phone", title: _t("Phone") },
        ].map((line) => ({
            ...line,
            className: STATES[line.state] || "text-danger",
            doubt: DOUBTS[line.reason] || "",
        }));
    }

    fields(group) {
        return this.why.fields.filter((field) => field.group_id === group.id);
    }

    fieldTitle(field) {
        const text = field.is_present ? _t("filled in") : _t("missing");
        return _t("%(state)s, weight %(weight)s", {
            state: text,
            weight: field.weight,
        });
    }

    verified(group) {
        if (!group.verified_date) {
            return group.is_filled ? _t("never verified") : _t("nothing to verify yet");
        }
        const date = formatDate(deserializeDate(group.verified_date));
        return [date, group.source, group.user].filter(Boolean).join(" · ");
    }

    async verify(group) {
        const { record } = this.props;
        if (await record.save()) {
            await this.orm.call("res.partner", "lifecycle_verify", [
                [record.resId],
                [group.code],
            ]);
            await this.reload();
        }
    }

    async undo() {
        await this.orm.call("res.partner", "lifecycle_undo_verification", [
            [this.props.record.resId],
            this.why.undo,
        ]);
        await this.reload();
    }

    async reload() {
        await this.props.record.load();
        await this.load();
    }

    openHistory() {
        return this.action.doActionButton({
            type: "object",
            name: "action_lifecycle_verifications",
            resModel: "res.partner",
            resId: this.props.record.resId,
            resIds: [this.props.record.resId],
        });
    }
}

registry.category("view_widgets").add("lifecycle_quality_why", {
    component: LifecycleQualityWhy,
});
