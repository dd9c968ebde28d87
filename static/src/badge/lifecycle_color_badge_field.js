import { registry } from "@web/core/registry";
import { badgeField, BadgeField } from "@web/views/fields/badge/badge_field";

/**
 * A record in its own colour (a stage, a touchpoint type), read along with its name.
 *
 * For lists that name several of them. Where one view shows the same field twice, Odoo
 * cannot merge what is read along: use its own badge with a colour field there.
 */
export class LifecycleColorBadgeField extends BadgeField {
    get badgeClass() {
        const record = this.props.record.data[this.props.name];
        return `o_badge_color_${record.color || 0}`;
    }
}

registry.category("fields").add("lifecycle_color_badge", {
    ...badgeField,
    additionalClasses: ["o_field_badge"],
    component: LifecycleColorBadgeField,
    relatedFields: [
        { name: "display_name", type: "char" },
        { name: "color", type: "integer" },
    ],
    supportedOptions: [],
    supportedTypes: ["many2one"],
});
