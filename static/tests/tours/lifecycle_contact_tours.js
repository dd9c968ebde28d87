import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

tours.add("contact_lifecycle_contact_kanban", {
    url: "/odoo/action-contact_lifecycle.res_partner_action_lifecycle",
    steps: () => [
        {
            content: "Every stage has its column, in their order",
            trigger:
                ".o_kanban_group:contains(Subscriber) ~ .o_kanban_group:contains(Lead)",
        },
        {
            content: "A stage without contacts is shown too",
            trigger: ".o_kanban_group:contains(Promoter)",
        },
        {
            content: "The card stands in its stage; open it",
            trigger:
                ".o_kanban_group:contains(Lead) .o_kanban_record:contains(Ada Tour)",
            run: "click",
        },
        {
            content: "The stage bar of the contact shows the same stage",
            trigger: ".o_form_view .o_arrow_button_current:contains(Lead)",
        },
        {
            trigger: ".o_back_button, .breadcrumb-item:contains(Contacts) a",
            run: "click",
        },
        {
            content: "Drop the card on the next stage",
            trigger:
                ".o_kanban_group:contains(Lead) .o_kanban_record:contains(Ada Tour)",
            run: "drag_and_drop (.o_kanban_group:contains(Opportunity))",
        },
        {
            content: "Moving forward asks nothing",
            trigger:
                ".o_kanban_group:contains(Opportunity) .o_kanban_record:contains(Ada Tour)",
        },
    ],
});

tours.add("contact_lifecycle_move_backwards", {
    url: "/odoo/action-contact_lifecycle.res_partner_action_lifecycle",
    steps: () => [
        {
            trigger:
                ".o_kanban_group:contains(Customer) .o_kanban_record:contains(Ben Tour)",
            run: "click",
        },
        {
            content: "Choose the stage before, on the stage bar",
            trigger: ".o_statusbar_status .o_arrow_button:contains(Opportunity)",
            run: "click",
        },
        {
            content: "The wizard opens at once and warns",
            trigger: ".modal .alert-warning:contains(backwards)",
        },
        {
            content: "Without a reason nothing is moved",
            trigger: ".modal button[name=action_move]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=reason].o_field_invalid",
        },
        {
            trigger: ".modal .o_field_widget[name=reason] :is(input, textarea)",
            run: "edit Cancelled the contract",
        },
        {
            trigger: ".modal button[name=action_move]",
            run: "click",
        },
        {
            content: "The form behind shows the new stage",
            trigger:
                "body:not(:has(.modal)) .o_arrow_button_current:contains(Opportunity)",
        },
        {
            trigger: ".o_notebook .nav-link[name=lifecycle]",
            run: "click",
        },
        {
            content: "The history keeps the reason",
            trigger:
                ".o_field_widget[name=lifecycle_stage_change_ids] .o_data_row:contains(Cancelled the contract)",
        },
        {
            content: "The rules leave the contact alone",
            trigger: ".o_lifecycle_held:contains(Held by hand)",
        },
    ],
});

tours.add("contact_lifecycle_timeline", {
    url: "/odoo/action-contact_lifecycle.res_partner_action_lifecycle",
    steps: () => [
        {
            trigger: ".o_kanban_record:contains(Cleo Tour)",
            run: "click",
        },
        {
            trigger: ".o_notebook .nav-link[name=lifecycle_journey]",
            run: "click",
        },
        {
            content: "The newest comes first",
            trigger:
                ".o_lifecycle_timeline_page:first .o_lifecycle_timeline_row:first:contains(The newest)",
        },
        {
            content: "What machines did is hidden",
            trigger:
                ".o_lifecycle_timeline:not(:has(.o_lifecycle_timeline_automated)) .o_lifecycle_timeline_summary:contains(40 of 46)",
        },
        {
            content: "Load the rest",
            trigger: ".o_lifecycle_timeline_more",
            run: "click",
        },
        {
            content: "All are shown, the oldest last",
            trigger:
                ".o_lifecycle_timeline_page:last .o_lifecycle_timeline_row:last:contains(Step 45)",
        },
        {
            trigger:
                ".o_lifecycle_timeline:not(:has(.o_lifecycle_timeline_more)) .o_lifecycle_timeline_summary:contains(46 of 46)",
        },
        {
            content: "Show only one kind",
            trigger: ".o_lifecycle_timeline_chip[data-kind=lead_created]",
            run: "click",
        },
        {
            trigger:
                ".o_lifecycle_timeline_chip[data-kind=lead_created][aria-pressed=true]",
        },
        {
            trigger:
                ".o_lifecycle_timeline:not(:has([data-type=mail_sent])) .o_lifecycle_timeline_summary:contains(1 of 1)",
        },
        {
            content: "Show everything again, machines included",
            trigger: ".o_lifecycle_timeline button:contains(Show all)",
            run: "click",
        },
        {
            trigger: ".o_lifecycle_timeline input[role=switch]",
            run: "click",
        },
        {
            trigger:
                ".o_lifecycle_timeline_automated:contains(automated):contains(Opened by a scanner)",
        },
        {
            content: "Open the document of the newest row",
            trigger: "button.o_lifecycle_timeline_title:contains(The newest)",
            run: "click",
        },
        {
            trigger: ".o_form_view.o_lead_opportunity_form, .o_lead_opportunity_form",
        },
        {
            trigger: ".o_breadcrumb:contains(The newest)",
        },
    ],
});
