import { Component, useState } from "@odoo/owl";

import { CopyButton } from "@web/core/copy_button/copy_button";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * A piece of HTML to paste elsewhere, with a button that copies it.
 */
export class LifecycleSnippetField extends Component {
    static template = "contact_lifecycle.SnippetField";
    static components = { CopyButton };
    static props = standardFieldProps;

    setup() {
        this.copyText = _t("Copy");
        this.successText = _t("Copied");
    }

    get snippet() {
        return this.props.record.data[this.props.name] || "";
    }
}

/**
 * The page of a form as people see it, as wide as a phone or a computer.
 */
export class LifecycleSignupPreview extends Component {
    static template = "contact_lifecycle.SignupPreview";
    static props = standardFieldProps;

    setup() {
        this.state = useState({ isPhone: true });
    }

    /** The address without its host: a preview never leaves this server. */
    get url() {
        const url = this.props.record.data[this.props.name];
        return url ? `${url}&embed=1` : "";
    }
}

registry.category("fields").add("lifecycle_snippet", {
    component: LifecycleSnippetField,
    supportedTypes: ["text", "char"],
});
registry.category("fields").add("lifecycle_signup_preview", {
    component: LifecycleSignupPreview,
    supportedTypes: ["char"],
});
