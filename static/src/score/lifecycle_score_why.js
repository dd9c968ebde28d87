import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/core/utils/numbers";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { LifecycleScoreCurve } from "./lifecycle_score_curve";

/** Why a contact has its score and its chance to convert, and how the score went. */
export class LifecycleScoreWhy extends Component {
    static template = "contact_lifecycle.LifecycleScoreWhy";
    static components = { LifecycleScoreCurve };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.lastAnswer = new KeepLast();
        this.state = useState({ why: null, open: null, status: "loading" });
        onWillStart(() => this.load(this.props.record.resId));
        onWillUpdateProps(async ({ record }) => {
            if (record.resId !== this.resId) {
                await this.load(record.resId);
            }
        });
    }

    async load(resId) {
        this.resId = resId;
        this.state.open = null;
        if (!resId) {
            Object.assign(this.state, { why: null, status: "ready" });
            return;
        }
        try {
            this.state.why = await this.lastAnswer.add(
                this.orm.silent.call("lifecycle.scorecard", "explain", [resId]),
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
        const [letter, digit] = this.why.score_band;
        const place = "ABC".indexOf(letter) + Number(digit) - 1;
        return (
            ["text-bg-success", "text-bg-success", "text-bg-warning"][place] ||
            "text-bg-secondary"
        );
    }

    get hasPoints() {
        const { engagement, engagement_score: score, fit } = this.why;
        return engagement.length || fit.length || score !== false;
    }

    get messages() {
        const { received, answered, silent } = this.why;
        return _t(
            "%(received)s messages in a year, answered on %(answered)s days, %(silent)s since the last sign of life.",
            { received, answered, silent },
        );
    }

    get total() {
        const { starting_points, engagement_points, half_points } = this.why;
        return _t(
            "%(start)s to start with and these %(points)s points; %(half)s make an engagement of 50.",
            {
                start: this.points(starting_points, true),
                points: this.points(engagement_points),
                half: this.points(half_points, true),
            },
        );
    }

    limit({ name, points, given }) {
        return _t("%(name)s: %(points)s together, limited to %(limit)s.", {
            name,
            points: this.points(points),
            limit: this.points(given),
        });
    }

    get weights() {
        const { fit_weight: fit } = this.why;
        return _t(
            "In the score, the fit counts %(fit)s %, the engagement %(engagement)s %.",
            {
                fit,
                engagement: 100 - fit,
            },
        );
    }

    reasonTitle(reason) {
        return reason.weight > 0 ? _t("Speaks for it") : _t("Speaks against it");
    }

    get chance() {
        const { conversion } = this.why;
        return _t("%(chance)s % to buy within %(days)s days (average %(average)s %)", {
            chance: formatFloat(100 * conversion.probability, { digits: [16, 1] }),
            average: formatFloat(100 * conversion.base_rate, { digits: [16, 1] }),
            days: conversion.horizon_days,
        });
    }

    /** No model is good enough; whoever has bought already needs none. */
    get isChanceUnknown() {
        return ["insufficient", "no_skill"].includes(this.why.conversion.status);
    }

    points(number, bare = false) {
        const text = formatFloat(number, { digits: [16, 1] });
        return number > 0 && !bare ? `+${text}` : text;
    }

    date(text) {
        return text ? formatDate(deserializeDate(text)) : "";
    }

    note(line) {
        const notes = [];
        if (line.half_life_days && line.kind === "engagement") {
            notes.push(_t("half after %s days", line.half_life_days));
        }
        if (line.is_relative) {
            notes.push(_t("relative to messages"));
        }
        if (line.is_capped) {
            notes.push(_t("at its limit"));
        }
        return notes.join(", ");
    }

    toggle(line) {
        this.state.open = this.state.open === line.id ? null : line.id;
    }
}

registry.category("view_widgets").add("lifecycle_score_why", {
    component: LifecycleScoreWhy,
});
