/** Selections of a field as choices of a menu. */
function asChoices(selection) {
    return (selection || []).map(([value, label]) => ({ value, label }));
}

/** What the editors of conditions offer: touchpoint types, devices, fields. */
export async function loadWords(orm, fieldService) {
    const [fields, touchpointFields, types] = await Promise.all([
        fieldService.loadFields("res.partner"),
        fieldService.loadFields("lifecycle.touchpoint", {
            fieldNames: ["channel", "device"],
            attributes: ["type", "selection"],
        }),
        orm.searchRead("lifecycle.touchpoint.type", [], ["code", "name", "channel"]),
    ]);
    const channels = new Map(touchpointFields.channel.selection);
    return {
        fields,
        devices: asChoices(touchpointFields.device.selection),
        types: types.map((type) => ({
            ...type,
            channelName: channels.get(type.channel) || type.channel || "",
        })),
    };
}
