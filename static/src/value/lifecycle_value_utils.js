import {
    formatFloat,
    formatInteger,
    formatMonetary,
} from "@web/views/fields/formatters";

/** Colour of each RFM group, an index into Odoo's colours; used wherever it is named. */
export const SEGMENT_COLORS = {
    champions: 10,
    loyal: 7,
    potential_loyalist: 4,
    new: 8,
    promising: 11,
    need_attention: 3,
    about_to_sleep: 2,
    at_risk: 1,
    cannot_lose: 9,
    hibernating: 5,
    lost: 6,
};

/** "847", "12.3k": short enough for a cell. */
export function shortNumber(value) {
    const number = Math.round(value || 0);
    return formatInteger(number, { humanReadable: number >= 10000, decimals: 1 });
}

export function shortMoney(value, currencyId) {
    return formatMonetary(Math.round(value || 0), {
        currencyId,
        humanReadable: true,
        digits: [16, value >= 1000 ? 1 : 0],
    });
}

/** A number with the user's decimal separator. */
export function decimal(value, digits = 2) {
    return formatFloat(value || 0, { digits: [16, digits] });
}

export function percent(share, digits = 0) {
    return `${formatFloat(100 * (share || 0), { digits: [16, digits] })}\u00a0%`;
}
