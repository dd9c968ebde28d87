import { Component, onWillStart, useState } from "@odoo/owl";
import { router } from "@web/core/browser/router";
import { _t } from "@web/core/l10n/translation";
import { MultiRecordSelector } from "@web/core/record_selectors/multi_record_selector";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/core/utils/numbers";
import { Layout } from "@web/search/layout";
import { formatInteger } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const DEFAULT_SEGMENTS = 6;

/** Segments against each other: what they share, and new ones made of that. */
export class LifecycleSegmentOverlap extends Component {
    static template = "contact_lifecycle.LifecycleSegmentOverlap";
    static components = { Layout, MultiRecordSelector };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.last = new KeepLast();
        this.state = useState({
            ids: this.readIds(),
            answer: null,
            measure: "count",
            chosen: null,
        });
        onWillStart(() => this.start());
    }

    get display() {
        return { controlPanel: {} };
    }

    get measures() {
        return [
            { code: "count", name: _t("Contacts") },
            { code: "share", name: _t("Share of the row") },
            { code: "jaccard", name: _t("Likeness (Jaccard)") },
        ];
    }

    /** The segments chosen before the page was left or reloaded, else those asked for. */
    readIds() {
        const kept = this.props.state?.segment_ids ?? router.current.segment_ids;
        if (kept && !this.props.action.params?.segment_ids) {
            return String(kept).split("-").map(Number).filter(Boolean);
        }
        return this.props.action.params?.segment_ids || [];
    }

    async start() {
        if (this.state.ids.length < 2) {
            const others = await this.orm.search(
                "lifecycle.segment",
                [
                    ["member_count", ">", 0],
                    ["id", "not in", this.state.ids],
                ],
                {
                    limit: DEFAULT_SEGMENTS - this.state.ids.length,
                    order: "member_count desc",
                },
            );
            this.state.ids = [...this.state.ids, ...others];
        }
        await this.load();
    }

    async load() {
        this.state.chosen = null;
        this.props.updateActionState({ segment_ids: this.state.ids.join("-") });
        this.state.answer = await this.last.add(
            this.orm.call("lifecycle.segment", "overlap", [this.state.ids]),
        );
    }

    choose(ids) {
        this.state.ids = ids;
        return this.load();
    }

    get total() {
        return _t(
            "Contacts in any of them: %s",
            formatInteger(this.state.answer.total),
        );
    }

    get rows() {
        const { ids, names, ready } = this.state.answer;
        return ids.map((id, a) => ({
            id,
            a,
            name: names[a],
            isReady: ready[a],
            alone: formatInteger(this.state.answer.alone[a]),
            cells: ids.map((_id, b) => this.cell(a, b)),
        }));
    }

    pair(a, b) {
        const [low, high] = a < b ? [a, b] : [b, a];
        return this.state.answer.pairs.find(
            (pair) => pair.a === low && pair.b === high,
        );
    }

    cell(a, b) {
        const { names, sizes } = this.state.answer;
        if (a === b) {
            return { key: b, isSelf: true, text: formatInteger(sizes[a]) };
        }
        const pair = this.pair(a, b);
        const share = a < b ? pair.share_a : pair.share_b;
        const values = { count: formatInteger(pair.count), share: this.percent(share) };
        const isJaccard = this.state.measure === "jaccard";
        const weight = isJaccard ? pair.jaccard : share;
        return {
            key: b,
            a,
            b,
            text: isJaccard
                ? formatFloat(pair.jaccard, { digits: [16, 2] })
                : values[this.state.measure],
            style: `background-color: rgba(67, 197, 177, ${(0.75 * weight).toFixed(2)})`,
            title: _t(
                "%(count)s contacts are in both: %(share)s of “%(a)s” are in “%(b)s”",
                {
                    ...values,
                    a: names[a],
                    b: names[b],
                },
            ),
        };
    }

    percent(share) {
        return `${formatFloat(100 * share, { digits: [16, share && share < 0.1 ? 1 : 0] })} %`;
    }

    get chosen() {
        const { chosen, answer } = this.state;
        if (!chosen) {
            return null;
        }
        const { a, b } = chosen;
        const pair = this.pair(a, b);
        const [first, second] = [answer.names[a], answer.names[b]];
        return {
            first,
            second,
            figures: [
                {
                    code: "intersection",
                    ids: [answer.ids[a], answer.ids[b]],
                    name: _t("In both"),
                    count: pair.count,
                },
                {
                    code: "difference",
                    ids: [answer.ids[a], answer.ids[b]],
                    name: _t("Only in “%s”", first),
                    count: answer.sizes[a] - pair.count,
                },
                {
                    code: "difference",
                    ids: [answer.ids[b], answer.ids[a]],
                    name: _t("Only in “%s”", second),
                    count: answer.sizes[b] - pair.count,
                },
                {
                    code: "union",
                    ids: [answer.ids[a], answer.ids[b]],
                    name: _t("In either"),
                    count: answer.sizes[a] + answer.sizes[b] - pair.count,
                },
            ].map((figure, index) => ({
                ...figure,
                key: index,
                text: formatInteger(figure.count),
            })),
            shares: _t(
                "%(a)s of “%(first)s” are in “%(second)s”, and %(b)s the other way round. Likeness (Jaccard): %(jaccard)s.",
                {
                    first,
                    second,
                    a: this.percent(a < b ? pair.share_a : pair.share_b),
                    b: this.percent(a < b ? pair.share_b : pair.share_a),
                    jaccard: formatFloat(pair.jaccard, { digits: [16, 2] }),
                },
            ),
        };
    }

    isChosen(cell) {
        const { chosen } = this.state;
        return chosen && chosen.a === cell.a && chosen.b === cell.b;
    }

    select(cell) {
        this.state.chosen = { a: cell.a, b: cell.b };
    }

    domain({ code, ids: [first, second] }) {
        const isIn = (id) => ["lifecycle_segment_ids", "in", [id]];
        if (code === "union") {
            return [["lifecycle_segment_ids", "in", [first, second]]];
        }
        return code === "intersection"
            ? [isIn(first), isIn(second)]
            : [isIn(first), "!", isIn(second)];
    }

    show(figure) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: figure.name,
            res_model: "res.partner",
            domain: this.domain(figure),
            views: [
                [false, "list"],
                [false, "form"],
            ],
        });
    }

    async make(figure) {
        const action = await this.orm.call("lifecycle.segment", "combine", [
            figure.ids,
            figure.code,
        ]);
        return this.action.doAction(action);
    }

    open(id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "lifecycle.segment",
            res_id: id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("lifecycle_segment_overlap", LifecycleSegmentOverlap);
