/** Square charts of two shares, drawn in a box of 440 × 320. */
const LEFT = 50;
const RIGHT = 410;
const TOP = 10;
const BOTTOM = 275;

export function chartPoint(x, y) {
    return {
        x: Math.round(10 * (LEFT + x * (RIGHT - LEFT))) / 10,
        y: Math.round(10 * (BOTTOM - y * (BOTTOM - TOP))) / 10,
    };
}

export function chartTicks() {
    return [0, 0.25, 0.5, 0.75, 1].map((share) => ({
        share,
        ...chartPoint(share, share),
        label: `${100 * share} %`,
    }));
}

export function linePath(points) {
    return points.map(({ x, y }, index) => `${index ? "L" : "M"}${x},${y}`).join(" ");
}

/** Digits behind the separator that a tick of a scale needs. */
export function digitsOf(value) {
    const isWhole = (number) => Math.abs(number - Math.round(number)) < 1e-9;
    return [0, 1, 2, 3].find((digits) => isWhole(value * 10 ** digits)) ?? 4;
}

/** A round number not below ``value``, and its quarters. */
export function niceScale(value) {
    const power = 10 ** Math.floor(Math.log10(value || 1));
    const top = [1, 2, 4, 5, 10].find((step) => step * power >= value) * power;
    return [0, 0.25, 0.5, 0.75, 1].map((share) => share * top);
}
