import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { RecordSelector } from "@web/core/record_selectors/record_selector";
import { useService } from "@web/core/utils/hooks";

import { conditionKinds } from "./lifecycle_segment_conditions";
import {
    LifecycleChoice,
    LifecycleNumber,
    LifecycleRecords,
    mayRead,
} from "./lifecycle_segment_inputs";

const CHOICES = ["simple_choice", "multiple_choice", "matrix"];
const NUMBERS = ["numerical_box", "scale"];

/** What they answered to a question of a survey, or that they did not. */
export class LifecycleAnsweredCondition extends Component {
    static template = "contact_lifecycle.LifecycleAnsweredCondition";
    static components = {
        LifecycleChoice,
        LifecycleNumber,
        LifecycleRecords,
        RecordSelector,
    };
    static props = { value: Object, update: Function };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ questionType: false });
        onWillStart(async () => {
            this.mayRead = await mayRead("survey.survey");
            await this.loadQuestion(this.props);
        });
        onWillUpdateProps((next) => {
            if (next.value.question_id !== this.questionId) {
                return this.loadQuestion(next);
            }
            return null;
        });
    }

    async loadQuestion({ value }) {
        this.questionId = value.question_id;
        if (!this.mayRead || !this.questionId) {
            this.state.questionType = false;
            return;
        }
        const [question] = await this.orm.searchRead(
            "survey.question",
            [["id", "=", this.questionId]],
            ["question_type"],
        );
        this.state.questionType = question?.question_type || false;
    }

    get polarities() {
        return [
            { value: false, label: _t("have") },
            { value: true, label: _t("have not") },
        ];
    }

    get states() {
        return [
            { value: "answered", label: _t("answered") },
            { value: "not_answered", label: _t("left unanswered") },
            { value: "silent", label: _t("been asked and stayed silent on") },
        ];
    }

    get isAnswered() {
        return this.props.value.state === "answered";
    }

    get hasAnswers() {
        return this.isAnswered && CHOICES.includes(this.state.questionType);
    }

    get hasNumber() {
        return this.isAnswered && NUMBERS.includes(this.state.questionType);
    }

    get questionDomain() {
        return [
            ["survey_id", "=", this.props.value.survey_id],
            ["is_page", "=", false],
        ];
    }

    get answerDomain() {
        return [["question_id", "=", this.props.value.question_id]];
    }

    setSurvey(id) {
        this.props.update({ survey_id: id || null, ...this.emptyQuestion(null) });
    }

    setQuestion(id) {
        this.props.update(this.emptyQuestion(id || null));
    }

    emptyQuestion(id) {
        return { question_id: id, answer_ids: [], value_min: null, value_max: null };
    }
}

function getAnsweredProblem(value) {
    if (!value.survey_id) {
        return _t("Choose a survey.");
    }
    const { value_min: least, value_max: most } = value;
    const isCrossed = least != null && most != null && least > most;
    return isCrossed ? _t("The lowest number is above the highest.") : "";
}

conditionKinds.add(
    "answered",
    {
        label: _t("Answered a question"),
        description: _t("What they said in a survey, or that they said nothing"),
        icon: "fa-question-circle-o",
        component: LifecycleAnsweredCondition,
        empty: () => ({
            survey_id: null,
            question_id: null,
            answer_ids: [],
            state: "answered",
            value_min: null,
            value_max: null,
        }),
        problem: getAnsweredProblem,
    },
    { sequence: 40 },
);
