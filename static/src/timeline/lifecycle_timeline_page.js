import { Component } from "@odoo/owl";

/** One page of rows, rendered once: its only changing inputs are never replaced. */
export class LifecycleTimelinePage extends Component {
    static template = "contact_lifecycle.LifecycleTimelinePage";
    static props = { page: Object, onOpen: Function };
}
