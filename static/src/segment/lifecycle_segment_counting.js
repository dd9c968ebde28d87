import { useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";

import { getKind, getProblem } from "./lifecycle_segment_conditions";
import { VERSION } from "./lifecycle_segment_tree";

const DELAY = 500;

function isFinished({ value }) {
    return getKind(value.kind) ? !getProblem(value) : true;
}

/** The part of the tree that can be counted, and which condition stands where in it. */
export function readyPart(groups) {
    const kept = groups
        .map(({ key, negated, conditions }) => ({
            key,
            negated,
            conditions: conditions.filter(isFinished),
        }))
        .filter(({ conditions }) => conditions.length);
    return {
        keys: kept.map(({ conditions }) => conditions.map(({ key }) => key)),
        groupKeys: kept.map(({ key }) => key),
        unfinished: groups
            .flatMap(({ conditions }) => conditions)
            .filter((condition) => !isFinished(condition)).length,
        definition: {
            version: VERSION,
            groups: kept.map(({ negated, conditions }) => ({
                negated,
                conditions: conditions.map(({ value }) => value),
            })),
        },
    };
}

/** A condition as a sentence, or what it is called while there is none. */
export function conditionText({ texts }, { key, value }) {
    const text = getProblem(value) ? "" : texts[key];
    const kind = getKind(value.kind);
    return text || (kind ? String(kind.label) : _t("Unknown condition"));
}

function errorText(error) {
    if (error instanceof ConnectionLostError) {
        return _t("The server cannot be reached. The count comes back with it.");
    }
    return error.data?.message || error.message;
}

/**
 * Count what the builder shows, a moment after the last change.
 *
 * One question is under way at a time: a server that is still at the last one is not
 * asked another, and what it answers to a question of before is thrown away.
 */
export function useCounting(getQuestion) {
    const orm = useService("orm");
    const state = useState({
        status: "empty",
        answer: null,
        steps: {},
        groups: {},
        texts: {},
        unfinished: 0,
    });
    let wanted = 0;
    let isBusy = false;

    function call(method, part, kwargs) {
        return orm.silent.call("lifecycle.segment", method, [part.definition], kwargs);
    }

    function readAnswer(part, answer) {
        const steps = {};
        for (const step of answer.steps || []) {
            steps[part.keys[step.group]?.[step.condition]] = step;
        }
        const groups = {};
        (answer.groups || []).forEach((group, index) => {
            groups[part.groupKeys[index]] = group.count;
        });
        Object.assign(state, { answer, steps, groups });
        state.status = answer.total == null ? "failed" : "ready";
    }

    function readTexts(part, sentences) {
        part.keys.forEach((keys, group) =>
            keys.forEach((key, index) => {
                state.texts[key] = sentences[group]?.[index] || "";
            }),
        );
    }

    async function ask(part, question) {
        const number = wanted;
        const { companyId, segmentId } = question;
        const [sentences, answer] = await Promise.allSettled([
            call("describe", part, {}),
            call("preview", part, { company_id: companyId, segment_id: segmentId }),
        ]);
        if (number !== wanted) {
            return;
        }
        if (sentences.status === "fulfilled") {
            readTexts(part, sentences.value);
        }
        if (answer.status === "fulfilled") {
            readAnswer(part, answer.value);
        } else {
            fail(answer.reason);
        }
    }

    function fail(error) {
        if (!(error instanceof RPCError || error instanceof ConnectionLostError)) {
            throw error;
        }
        Object.assign(state, { status: "failed", answer: null, steps: {}, groups: {} });
        state.answer = { total: null, error: errorText(error) };
    }

    async function run() {
        if (isBusy) {
            return;
        }
        isBusy = true;
        try {
            let asked = 0;
            while (asked !== wanted) {
                asked = wanted;
                const question = getQuestion();
                const part = readyPart(question.groups);
                state.unfinished = part.unfinished;
                if (part.definition.groups.length) {
                    await ask(part, question);
                } else {
                    Object.assign(state, { answer: null, steps: {}, groups: {} });
                    state.status = "empty";
                }
            }
        } finally {
            isBusy = false;
        }
    }

    const runSoon = useDebounced(run, DELAY);

    return {
        state,
        ask(delay = DELAY) {
            wanted += 1;
            const part = readyPart(getQuestion().groups);
            state.unfinished = part.unfinished;
            state.status = part.definition.groups.length ? "running" : "empty";
            return delay ? runSoon() : run();
        },
    };
}
