/* global luxon */
import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { LifecycleMigration } from "./lifecycle_migration";
import { LifecycleRfmMatrix } from "./lifecycle_rfm_matrix";
import { LifecycleValueDistribution } from "./lifecycle_value_distribution";

const PAGES = {
    matrix: { component: LifecycleRfmMatrix, method: "rfm_matrix" },
    migration: { component: LifecycleMigration, method: "migration_matrix" },
    distribution: {
        component: LifecycleValueDistribution,
        method: "value_distribution",
    },
};

/** Three pages about the value of customers; each is one call and one component. */
export class LifecycleValuePage extends Component {
    static template = "contact_lifecycle.LifecycleValuePage";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.lastAnswer = new KeepLast();
        const page = this.props.action.params?.page;
        this.state = useState({
            page: page in PAGES ? page : "matrix",
            options: {},
            answer: null,
        });
        onWillStart(() => this.load());
    }

    get display() {
        return { controlPanel: {} };
    }

    get tabs() {
        return [
            { page: "matrix", icon: "fa-th", name: _t("RFM matrix") },
            { page: "migration", icon: "fa-exchange", name: _t("Migration") },
            { page: "distribution", icon: "fa-area-chart", name: _t("Distribution") },
        ];
    }

    get component() {
        return PAGES[this.state.page].component;
    }

    get statusText() {
        const { answer } = this.state;
        if (!answer.as_of) {
            return _t("Values are computed tonight for the first time.");
        }
        return _t("%(company)s, as of %(day)s", {
            company: answer.company,
            day: luxon.DateTime.fromISO(answer.as_of).toLocaleString(
                luxon.DateTime.DATE_MED,
            ),
        });
    }

    async load() {
        const { page, options } = this.state;
        const answer = await this.lastAnswer.add(
            this.orm.call("lifecycle.value", PAGES[page].method, [], { ...options }),
        );
        this.state.answer = answer;
    }

    choose(page) {
        Object.assign(this.state, { page, options: {}, answer: null });
        return this.load();
    }

    change(options) {
        Object.assign(this.state.options, options);
        return this.load();
    }

    openContacts(name, domain) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: "res.partner",
            domain,
            views: [
                [this.state.answer.list_view_id, "list"],
                [false, "form"],
            ],
            search_view_id: [this.state.answer.search_view_id],
        });
    }

    renameGroups() {
        return this.action.doAction(
            "contact_lifecycle.lifecycle_rfm_group_action_open",
        );
    }

    openModel() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "lifecycle.clv.fit",
            res_id: this.state.answer.fit_id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("lifecycle_value", LifecycleValuePage);
