import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const tours = registry.category("web_tour.tours");

const LAST = ".o_lifecycle_row:last-child";

function addCondition(pick) {
    return [
        { trigger: ".o_lifecycle_add_condition", run: "click" },
        {
            trigger: ".o_lifecycle_condition_menu .o_lifecycle_menu_search",
            run: `edit ${pick}`,
        },
        {
            trigger: `.o_lifecycle_menu_pick:contains(${pick})`,
            run: "click",
        },
    ];
}

tours.add("contact_lifecycle_segment_builder", {
    url: "/odoo/action-contact_lifecycle.lifecycle_segment_action",
    steps: () => [
        { trigger: ".o_control_panel .o-kanban-button-new", run: "click" },
        {
            trigger: ".o_field_widget[name=name] input",
            run: "edit Spanish customers gone quiet",
        },
        {
            content: "Nothing is counted before there is a condition",
            trigger: ".o_lifecycle_preview[data-status=empty]",
        },
        ...addCondition("Country"),
        {
            content: "A fact without a value is not finished",
            trigger: ".o_lifecycle_condition_problem:contains(Choose a value)",
        },
        {
            trigger: `${LAST} .o_lifecycle_facts .o-autocomplete--input`,
            run: "edit Spain",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(Spain)",
            run: "click",
        },
        {
            content: "The first count: three Spaniards and the sentence that says so",
            trigger: ".o_lifecycle_waterfall_step:contains(Spain)",
        },
        ...addCondition("Bought something"),
        {
            trigger: `${LAST} input[aria-label='How many times']`,
            run: "edit 2",
        },
        {
            trigger: `${LAST} select[aria-label='When']`,
            run: "select ever",
        },
        ...addCondition("Bought something"),
        {
            trigger: `${LAST} select[aria-label='Have or have not']`,
            run: "select true",
        },
        {
            trigger: `${LAST} select[aria-label='When']`,
            run: "select after",
        },
        {
            content: "Since when is not said yet",
            trigger: `${LAST} .o_lifecycle_condition_problem`,
        },
        {
            trigger: `${LAST} .o_datetime_input`,
            run: "edit 03/01/2026 && press Enter",
        },
        ...addCondition("Clicked in an e-mail"),
        { trigger: `${LAST} .o_lifecycle_add_filter`, run: "click" },
        {
            trigger: ".o_lifecycle_filter_menu [data-filter=mailing_ids]",
            run: "click",
        },
        {
            trigger: `${LAST} [data-filter=mailing_ids] .o-autocomplete--input`,
            run: "edit The last newsletter",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(The last newsletter)",
            run: "click",
        },
        {
            content: "Four conditions, four bars, one contact",
            trigger: ".o_lifecycle_waterfall_step:nth-child(5)",
        },
        {
            trigger:
                ".o_lifecycle_preview[data-status=ready] .o_lifecycle_preview_total:contains(/^1$/)",
        },
        {
            content: "She is shown before anything is saved",
            trigger: ".o_lifecycle_sample:contains(Inés Quiet)",
        },
        {
            content: "Change one's mind: remove a condition",
            trigger: `${LAST} button[name=remove]`,
            run: "click",
        },
        {
            trigger:
                ".o_lifecycle_preview[data-status=ready] .o_lifecycle_preview_total:contains(/^2$/)",
        },
        {
            content: "And take it back",
            trigger: ".o_notification button:contains(Undo)",
            run: "click",
        },
        {
            trigger:
                ".o_lifecycle_preview[data-status=ready] .o_lifecycle_preview_total:contains(/^1$/)",
        },
        { trigger: ".o_form_button_save", run: "click" },
        {
            content: "It is filled as soon as it is saved",
            trigger: ".o_form_view:not(:has(.o_form_dirty)) [name=action_view_members]",
            run: "click",
        },
        {
            trigger:
                ".o_data_row:contains(Inés Quiet), .o_kanban_record:contains(Inés Quiet)",
        },
        {
            trigger: ".breadcrumb-item:contains(Spanish customers) a, .o_back_button",
            run: "click",
        },
        {
            content: "The conditions are sentences now",
            trigger: ".o_lifecycle_condition_text:contains(Spain)",
        },
        { trigger: "button[name=action_mail]", run: "click" },
        {
            content: "A mailing to the segment",
            trigger:
                ".o_form_view .o_field_widget[name=segment_ids]:contains(Spanish customers gone quiet)",
        },
        {
            trigger: ".o_mailing_template_preview_wrapper [data-name=basic]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=subject] input",
            run: "edit We have missed you",
        },
        {
            content: "The editor is there: its text is saved with the mailing",
            trigger: ":iframe p",
            timeout: 60000,
        },
        { trigger: ".o_form_button_save:enabled", run: "click" },
        { trigger: ".o_form_saved", timeout: 60000 },
    ],
});

tours.add("contact_lifecycle_segment_gallery", {
    url: "/odoo/action-contact_lifecycle.lifecycle_segment_template_action",
    steps: () => [
        {
            content: "Each card says how many it would find",
            trigger:
                ".o_kanban_record:contains(Missing phone) .o_lifecycle_template_count[data-status=ready]:contains(contacts)",
        },
        {
            trigger:
                ".o_kanban_record:contains(Missing phone) button:contains(Use This)",
            run: "click",
        },
        {
            content: "The segment is there to be looked at, and not stored yet",
            trigger: ".o_lifecycle_preview[data-status=ready]",
        },
        {
            trigger:
                ".o_field_widget[name=name] input:value(Missing phone or birth date)",
        },
        {
            content: "A condition opens where one looks, and closes by the keyboard",
            trigger: ".o_lifecycle_condition_text",
            run: "click",
        },
        {
            trigger: ".o_lifecycle_condition_open select:focus",
            run: "press Escape",
        },
        { trigger: ".o_lifecycle_condition:not(.o_lifecycle_condition_open)" },
        ...stepUtils.saveForm(),
    ],
});
