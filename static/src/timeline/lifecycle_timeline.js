/* global IntersectionObserver */
import {
    Component,
    onWillStart,
    onWillUpdateProps,
    useEffect,
    useRef,
    useState,
} from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { LifecycleTimelinePage } from "./lifecycle_timeline_page";
import { makePage } from "./lifecycle_timeline_utils";

/** Chips shown before "More": the busiest kinds fit on one line of a form. */
const VISIBLE_KINDS = 7;

/**
 * The journey of one contact, newest first.
 *
 * Rows come by the page and are never rendered again once shown: every page is a
 * component of its own with a frozen prop, so that the hundredth page costs what
 * the first one did.
 */
export class LifecycleTimeline extends Component {
    static template = "contact_lifecycle.LifecycleTimeline";
    static components = { LifecycleTimelinePage };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.moreRef = useRef("more");
        this.lastAnswer = new KeepLast();
        this.state = useState({
            kinds: [],
            allKinds: false,
            selected: [],
            withAutomated: false,
            pages: [],
            shown: 0,
            next: false,
            total: 0,
            status: "loading",
        });
        onWillStart(() => this.reload());
        onWillUpdateProps(async ({ record }) => {
            if (record.resId !== this.resId) {
                Object.assign(this.state, { selected: [], kinds: [] });
                await this.reload(record.resId);
            }
        });
        useEffect(
            (el) => this.loadMoreWhenVisible(el),
            () => [this.moreRef.el, this.state.pages.length],
        );
    }

    get visibleKinds() {
        const { allKinds, kinds, selected } = this.state;
        return kinds.filter(
            (kind, index) =>
                allKinds || index < VISIBLE_KINDS || selected.includes(kind.code),
        );
    }

    get hiddenKindCount() {
        return this.state.kinds.length - this.visibleKinds.length;
    }

    get moreLabel() {
        return _t("%s more", this.hiddenKindCount);
    }

    get summary() {
        const { shown, total } = this.state;
        return _t("%(shown)s of %(total)s touchpoints shown", { shown, total });
    }

    get isEmpty() {
        return this.state.status === "ready" && !this.state.shown;
    }

    get isFiltered() {
        return Boolean(this.state.selected.length);
    }

    isSelected(kind) {
        return this.state.selected.includes(kind.code);
    }

    /** Load when the "Load more" button scrolls into view; clicking it does the same. */
    loadMoreWhenVisible(el) {
        if (!el) {
            return () => {};
        }
        const observer = new IntersectionObserver(([entry]) => {
            if (entry.isIntersecting) {
                this.loadMore();
            }
        });
        observer.observe(el);
        return () => observer.disconnect();
    }

    async reload(resId = this.props.record.resId) {
        this.resId = resId;
        if (!resId) {
            Object.assign(this.state, { pages: [], shown: 0, total: 0, next: false });
            this.state.status = "ready";
            return;
        }
        this.state.status = "loading";
        const answer = await this.fetch(false);
        if (!answer) {
            Object.assign(this.state, { pages: [], shown: 0, next: false });
        } else {
            this.state.pages = [makePage(answer.rows, 0)];
            this.state.shown = answer.rows.length;
            this.state.total = answer.total;
            this.state.next = answer.next;
            this.setKinds(answer.kinds);
            this.state.status = "ready";
        }
    }

    async loadMore() {
        if (this.state.status !== "ready" || !this.state.next) {
            return;
        }
        this.state.status = "loading_more";
        const answer = await this.fetch(this.state.next);
        if (answer) {
            const { pages } = this.state;
            const lastDay = pages.at(-1)?.lastDay;
            pages.push(makePage(answer.rows, pages.length, lastDay));
            this.state.shown += answer.rows.length;
            this.state.next = answer.next;
            this.state.status = "ready";
        }
    }

    /** Go on where it failed: with the next page, or from the beginning. */
    retry() {
        if (!this.state.next) {
            return this.reload();
        }
        this.state.status = "ready";
        return this.loadMore();
    }

    /** Ask for one page; a failure is shown in the tab instead of over the form. */
    async fetch(before) {
        const { selected, withAutomated } = this.state;
        try {
            return await this.lastAnswer.add(
                this.orm.silent.call("lifecycle.touchpoint", "timeline_page", [], {
                    partner_id: this.resId,
                    kinds: selected.length ? [...selected] : null,
                    before: before || null,
                    with_automated: withAutomated,
                }),
            );
        } catch (error) {
            if (!(error instanceof RPCError || error instanceof ConnectionLostError)) {
                throw error;
            }
            this.state.status = "error";
            return null;
        }
    }

    /** Keep chips that were chosen, even if the new answer has none of their kind. */
    setKinds(kinds) {
        const codes = kinds.map((kind) => kind.code);
        const gone = this.state.kinds
            .filter((kind) => this.isSelected(kind) && !codes.includes(kind.code))
            .map((kind) => ({ ...kind, count: 0 }));
        this.state.kinds = [...kinds, ...gone];
    }

    toggleKind(kind) {
        const { selected } = this.state;
        this.state.selected = this.isSelected(kind)
            ? selected.filter((code) => code !== kind.code)
            : [...selected, kind.code];
        return this.reload();
    }

    clearKinds() {
        this.state.selected = [];
        return this.reload();
    }

    toggleAutomated(ev) {
        this.state.withAutomated = ev.target.checked;
        return this.reload();
    }

    async openDocument(row) {
        const action = await this.orm.call(
            "lifecycle.touchpoint",
            "action_open_document",
            [[row.id]],
        );
        if (action) {
            await this.action.doAction(action);
        }
    }
}

registry.category("view_widgets").add("lifecycle_timeline", {
    component: LifecycleTimeline,
});
