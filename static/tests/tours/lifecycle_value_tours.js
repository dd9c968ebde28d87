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
