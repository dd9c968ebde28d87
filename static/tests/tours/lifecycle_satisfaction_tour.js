import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("contact_lifecycle_satisfaction", {
    url: "/odoo/action-contact_lifecycle.lifecycle_satisfaction_action_nps",
    steps: () => [
        {
            content: "Twelve promoters of twelve",
            trigger: ".o_lifecycle_nps_score:contains(+100)",
        },
        {
            content: "By another group",
            trigger: "#o_lifecycle_nps_group",
            run: "select country",
        },
        {
            trigger: ".o_lifecycle_nps tr:contains(Spain)",
        },
        {
            content: "In another period",
            trigger: "#o_lifecycle_nps_period",
            run: "select 365",
        },
        {
            content: "Promoters open the contacts behind them",
            trigger: "button[data-band=promoter]:contains(12)",
            run: "click",
        },
        {
            trigger:
                ".o_list_view .o_data_row:contains(Ada Tour) td[name=complete_name]",
            run: "click",
        },
        {
            trigger: ".o_form_view a[name=lifecycle]",
            run: "click",
        },
        {
            content: "Note what she said today",
            trigger: "button[name=action_lifecycle_rate]",
            run: "click",
        },
        {
            trigger: ".modal .o_selection_badge:contains(7)",
            run: "click",
        },
        {
            trigger: ".modal button[name=action_save]",
            run: "click",
        },
        {
            content: "The contact has it at once",
            trigger:
                ".o_form_view:not(:has(.modal)) [name=lifecycle_satisfaction_ids] .o_data_row:contains(7 / 10)",
        },
        {
            trigger:
                ".o_form_view [name=lifecycle_satisfaction_trend]:contains(Falling)",
        },
    ],
});
