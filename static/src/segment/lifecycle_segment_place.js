import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { RecordSelector } from "@web/core/record_selectors/record_selector";
import { useService } from "@web/core/utils/hooks";

import { conditionKinds } from "./lifecycle_segment_conditions";
import { LifecycleChoice, LifecycleNumber } from "./lifecycle_segment_inputs";

const LOCATED = ["|", ["partner_latitude", "!=", 0], ["partner_longitude", "!=", 0]];

function rounded(number) {
    return Math.round(number * 1e5) / 1e5;
}

/**
 * So near to a place. Places are found among the contacts themselves (the middle of
 * those in a town, or one contact), never by asking a service on the internet.
 */
export class LifecyclePlaceCondition extends Component {
    static template = "contact_lifecycle.LifecyclePlaceCondition";
    static components = { LifecycleChoice, LifecycleNumber, RecordSelector };
    static props = { value: Object, update: Function };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ note: "" });
        this.located = LOCATED;
        onWillStart(async () => {
            this.hasCoordinates = await this.orm.silent.searchCount(
                "res.partner",
                LOCATED,
                { limit: 1 },
            );
        });
    }

    get polarities() {
        return [
            { value: false, label: _t("are") },
            { value: true, label: _t("are not") },
        ];
    }

    async findTown() {
        const name = (this.props.value.name || "").trim();
        if (!name) {
            this.state.note = _t("Write the name of a town first.");
            return;
        }
        const [{ __count: count, ...middle }] = await this.orm.call(
            "res.partner",
            "formatted_read_group",
            [["&", ["city", "=ilike", name], ...LOCATED]],
            {
                groupby: [],
                aggregates: [
                    "partner_latitude:avg",
                    "partner_longitude:avg",
                    "__count",
                ],
            },
        );
        if (!count) {
            this.state.note = _t(
                "No contact in %s has coordinates. Take them from a contact nearby, or type them.",
                name,
            );
            return;
        }
        this.state.note = _t("The middle of %s contacts there.", count);
        this.props.update({
            latitude: rounded(middle["partner_latitude:avg"]),
            longitude: rounded(middle["partner_longitude:avg"]),
        });
    }

    async takeFromContact(id) {
        if (!id) {
            return;
        }
        const [contact] = await this.orm.read(
            "res.partner",
            [id],
            ["display_name", "city", "partner_latitude", "partner_longitude"],
        );
        this.state.note = _t("Taken from %s.", contact.display_name);
        this.props.update({
            latitude: rounded(contact.partner_latitude),
            longitude: rounded(contact.partner_longitude),
            name: contact.city || contact.display_name,
        });
    }
}

function isWithin(number, limit) {
    return typeof number === "number" && Math.abs(number) <= limit;
}

function getPlaceProblem({ latitude, longitude, radius_km: radius }) {
    if (latitude == null || longitude == null) {
        return _t("Find the place, or type its latitude and longitude.");
    }
    if (!isWithin(latitude, 90) || !isWithin(longitude, 180)) {
        return _t("Latitude lies between -90 and 90, longitude between -180 and 180.");
    }
    return radius >= 0.1 ? "" : _t("Say how far, in kilometres.");
}

conditionKinds.add(
    "place",
    {
        label: _t("Near a place"),
        description: _t("Within so many kilometres of a town or a shop"),
        icon: "fa-map-marker",
        component: LifecyclePlaceCondition,
        empty: () => ({ latitude: null, longitude: null, radius_km: 25, name: "" }),
        problem: getPlaceProblem,
    },
    { sequence: 60 },
);
