import { Plugin } from "@html_editor/plugin";
import { isHtmlContentSupported } from "@html_editor/core/selection_plugin";
import { withSequence } from "@html_editor/utils/resource";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/**
 * Type "/preferences" or "/unsubscribe" in a mailing: a link with a constant address is
 * put in, and each recipient gets a personal one in its place.
 */
export class PersonalLinkPlugin extends Plugin {
    static id = "lifecyclePersonalLink";
    static dependencies = ["link"];

    resources = {
        user_commands: [
            {
                id: "insertPreferencesLink",
                title: _t("Preferences Link"),
                description: _t("Each contact's own page: topics, how often, channels"),
                icon: "fa-sliders",
                run: () => this.insert("/lifecycle/preferences", _t("Preferences")),
                isAvailable: isHtmlContentSupported,
            },
            {
                id: "insertUnsubscribeLink",
                title: _t("Unsubscribe Link"),
                description: _t("Each contact's own link to leave"),
                icon: "fa-sign-out",
                run: () => this.insert("/lifecycle/unsubscribe", _t("Unsubscribe")),
                isAvailable: isHtmlContentSupported,
            },
        ],
        powerbox_categories: withSequence(61, {
            id: "lifecycle",
            name: _t("Contact Lifecycle"),
        }),
        powerbox_items: [
            { categoryId: "lifecycle", commandId: "insertPreferencesLink" },
            { categoryId: "lifecycle", commandId: "insertUnsubscribeLink" },
        ],
    };

    insert(url, label) {
        this.dependencies.link.insertLink(url, label.toString());
    }
}

registry
    .category("mass_mailing-plugins")
    .add(PersonalLinkPlugin.id, PersonalLinkPlugin);
