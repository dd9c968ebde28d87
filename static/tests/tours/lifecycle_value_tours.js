import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("contact_lifecycle_value_to_score", {
    url: "/odoo/lifecycle-rfm",
    steps: () => [
        {
            content: "All 25 cells are there, and one customer",
            trigger: ".o_lifecycle_rfm_cell:eq(24)",
        },
        {
            content: "Cells without customers open nothing; open the other",
            trigger: ".o_lifecycle_rfm_cell:not(:disabled):contains(1)",
            run: "click",
        },
        {
            content: "The contacts of the cell, and nobody else",
            trigger:
                ".o_list_view:not(:has(.o_data_row:contains(Never Tour))) .o_data_row:contains(Vera Tour) [name=complete_name]",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_notebook .nav-link[name=lifecycle]",
            run: "click",
        },
        {
            content: "What she bought",
            trigger: ".o_field_widget[name=lifecycle_revenue]:contains(120)",
        },
        {
            content: "Nothing is predicted, and it says so",
            trigger: ".tab-pane.active:contains(Nothing is predicted yet)",
        },
        {
            content: "Why she has her score: the rule, how often, its points",
            trigger:
                ".o_lifecycle_score_rules tr:contains(Clicks in messages) td:contains(+6)",
        },
        {
            content: "A rule about the contact itself",
            trigger: ".o_lifecycle_score_rules tr:contains(Has an e-mail address)",
        },
        {
            content: "Open the days",
            trigger:
                ".o_lifecycle_score_rules button[aria-expanded=false]:contains(Clicks in messages)",
            run: "click",
        },
        {
            trigger: ".o_lifecycle_score_rules button[aria-expanded=true]",
        },
        {
            content: "Two days, the older one with fewer points left",
            trigger:
                ".o_lifecycle_score_rules tr.small.text-muted:contains(+3) ~ tr.small.text-muted:contains(+1.5)",
        },
        {
            content: "No chance to convert without a past to learn from",
            trigger: ".o_lifecycle_no_chance:contains(50 first purchases)",
        },
    ],
});

registry.category("web_tour.tours").add("contact_lifecycle_rename_rfm_group", {
    url: "/odoo/lifecycle-rfm",
    steps: () => [
        {
            trigger: "tr[data-segment=hibernating]:contains(Hibernating)",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(Vera Tour) [name=complete_name]",
            run: "click",
        },
        {
            content: "The browser now keeps the name in its memory and on its disk",
            trigger:
                ".o_form_view [name=lifecycle_rfm_segment] .badge:contains(Hibernating)",
        },
        {
            trigger: ".breadcrumb-item a:contains(RFM Matrix)",
            run: "click",
        },
        {
            trigger: "button:contains(Rename groups)",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(Hibernating) .o_data_cell[name=name]",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(Hibernating) [name=name] input",
            run: "edit Sound asleep",
        },
        {
            trigger: ".o_list_button_save",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(Hibernating) button[name=action_reset]",
        },
        {
            trigger: ".breadcrumb-item a:contains(RFM Matrix), .o_back_button",
            run: "click",
        },
        {
            content: "Cells and groups have the name",
            trigger: ".o_lifecycle_rfm_cell:not(:disabled):contains(Sound asleep)",
        },
        {
            trigger: "tr[data-segment=hibernating]:contains(Sound asleep)",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(Vera Tour) [name=complete_name]",
            run: "click",
        },
        {
            content: "So has the contact, without loading the page again",
            trigger:
                ".o_form_view [name=lifecycle_rfm_segment] .badge:contains(Sound asleep)",
        },
    ],
});
