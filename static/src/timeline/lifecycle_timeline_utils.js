/* global luxon */
import { markRaw } from "@odoo/owl";
import { deserializeDateTime, formatDateTime, today } from "@web/core/l10n/dates";
import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";

const { DateTime } = luxon;

/** Read a UTC date of the server, with or without the T and the Z. */
function parseDate(text) {
    return deserializeDateTime(text.replace("T", " ").replace(/(\.\d+)?Z?$/, ""));
}

/** Name a day as people do: today, yesterday, then the date written out. */
function dayLabel(date) {
    const days = Math.round(today().diff(date.startOf("day"), "days").days);
    if (days === 0) {
        return _t("Today");
    }
    if (days === 1) {
        return _t("Yesterday");
    }
    const format = { ...DateTime.DATE_HUGE };
    if (date.year === today().year) {
        delete format.year;
    }
    return date.toLocaleString(format);
}

function makeRow(row, date) {
    return {
        ...row,
        time: formatDateTime(date, {
            format: localization.timeFormat.replace(":ss", ""),
        }),
        fullDate: formatDateTime(date),
    };
}

/**
 * Group rows by day and freeze them.
 *
 * @param {Object[]} rows as `timeline_page` returns them, newest first
 * @param {number} key unique among the pages
 * @param {string} [previousDay] last day of the page above, whose heading still holds
 * @returns {{key: number, days: Object[], lastDay: string}}
 */
export function makePage(rows, key, previousDay) {
    const days = [];
    for (const row of rows) {
        const date = parseDate(row.date);
        const day = date.toISODate();
        if (days.at(-1)?.key !== day) {
            const label = day === previousDay ? "" : dayLabel(date);
            days.push({ key: day, label, rows: [] });
        }
        days.at(-1).rows.push(makeRow(row, date));
    }
    return markRaw({ key, days, lastDay: days.at(-1)?.key });
}
