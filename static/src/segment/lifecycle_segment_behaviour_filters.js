import { Component } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { SelectMenu } from "@web/core/select_menu/select_menu";

import { LifecycleNumber, LifecycleRecords } from "./lifecycle_segment_inputs";

/** Filters on records: the key in the definition, its model and its name. */
function recordFilters() {
    return [
        {
            key: "mailing_ids",
            resModel: "mailing.mailing",
            label: _t("Mailing"),
            domain: [["state", "in", ["sending", "done"]]],
        },
        { key: "link_ids", resModel: "link.tracker", label: _t("Link") },
        { key: "campaign_ids", resModel: "utm.campaign", label: _t("Campaign") },
        { key: "source_ids", resModel: "utm.source", label: _t("Source") },
        { key: "medium_ids", resModel: "utm.medium", label: _t("Medium") },
        { key: "product_ids", resModel: "product.product", label: _t("Product") },
        {
            key: "product_category_ids",
            resModel: "product.category",
            label: _t("Product Category"),
        },
        { key: "country_ids", resModel: "res.country", label: _t("Country Read In") },
    ];
}

/** "only for …": what narrows down which touchpoints are counted. */
export class LifecycleBehaviourFilters extends Component {
    static template = "contact_lifecycle.LifecycleBehaviourFilters";
    static components = {
        Dropdown,
        DropdownItem,
        LifecycleNumber,
        LifecycleRecords,
        SelectMenu,
    };
    static props = { devices: Array, filters: Object, update: Function };

    get all() {
        return [
            ...recordFilters().map((filter) => ({ ...filter, type: "records" })),
            { key: "devices", label: _t("Device"), type: "devices" },
            { key: "amount", label: _t("Amount"), type: "amount" },
        ];
    }

    get shown() {
        return this.all.filter((filter) => this.isShown(filter));
    }

    get addable() {
        return this.all.filter((filter) => !this.isShown(filter));
    }

    /** A filter is shown as soon as it is there; it narrows down once it has a value. */
    isShown({ key }) {
        const { filters } = this.props;
        if (key === "amount") {
            return "amount_min" in filters || "amount_max" in filters;
        }
        return key in filters;
    }

    removeLabel({ label }) {
        return _t("Remove %s", label);
    }

    set(changes) {
        this.props.update({ ...this.props.filters, ...changes });
    }

    add({ key }) {
        this.set(key === "amount" ? { amount_min: null } : { [key]: [] });
    }

    remove({ key }) {
        const filters = { ...this.props.filters };
        const keys = key === "amount" ? ["amount_min", "amount_max"] : [key];
        keys.forEach((name) => delete filters[name]);
        this.props.update(filters);
    }
}
