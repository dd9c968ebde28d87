"""How likely a contact is to buy for the first time: naive Bayes, calibrated.

Cases are contacts on a past day, described by binned features known on that day.  Log
ratios of each value are summed (naive Bayes, Laplace-smoothed), and Platt scaling on
cases the ratios were not made from turns the sum into a probability: features repeat
one another, so the bare sum is far too sure of itself.
"""

import math
from collections import Counter
from dataclasses import dataclass
from random import Random

from ..clv.metrics import ProbabilityMetrics, probability_metrics
from . import calibration

LEAST_EVENTS = 50
EVENTS_PER_FEATURE = 10
FOLDS = 5
_SMOOTHING = 1.0
_RESAMPLES = 200


@dataclass(frozen=True)
class Case:
    """Contacts alike: their feature values, what became of them, how many."""

    values: tuple
    happened: bool
    count: int = 1
    fold: int = 0
    is_latest: bool = False


@dataclass(frozen=True)
class Model:
    """Log-odds are ``prior`` plus ``ratios[feature][value]``, then calibrated."""

    prior: float
    ratios: tuple[dict, ...]
    platt: calibration.Platt

    def log_odds(self, values):
        """Return the uncalibrated log-odds; a value never seen says nothing."""
        return self.prior + sum(
            ratios.get(value, 0.0)
            for ratios, value in zip(self.ratios, values, strict=True)
        )

    def probability(self, values):
        """Return the calibrated probability."""
        return self.platt.probability(self.log_odds(values))

    @property
    def intercept(self):
        """Calibrated log-odds before any feature speaks."""
        return self.platt.slope * self.prior + self.platt.intercept

    def contributions(self, values):
        """Return what each feature adds to the calibrated log-odds."""
        return [
            self.platt.slope * ratios.get(value, 0.0)
            for ratios, value in zip(self.ratios, values, strict=True)
        ]


@dataclass(frozen=True)
class Fit:
    """A model with its card.

    ``model`` is None when there are too few cases.  ``skill_low`` is the lower end of
    the 95 % interval of the Brier skill; not above 0, the model knows no more than the
    base rate and must not be shown.
    """

    status: str
    cases: int
    events: int
    base_rate: float | None
    model: Model | None = None
    metrics: ProbabilityMetrics | None = None
    evaluation: str | None = None
    skill_low: float | None = None
    skill_high: float | None = None


def fold_of(number, folds=FOLDS):
    """Return the fold of a contact by its id (Knuth's multiplicative hash)."""
    return (number * 2654435761 % 4294967296) * folds // 4294967296


def shrunk_rate(events, cases):
    """Return a rate that is believable from the first case on."""
    return (events + 1) / (cases + 20)


def fit(cases, features):
    """Fit and judge a model.

    It is judged on the latest period when that and the rest hold enough events,
    otherwise on folds of contacts; what is used afterwards is fitted on everything.

    Args:
        cases: ``Case`` objects
        features: number of features

    Returns:
        A ``Fit``.
    """
    cases = _merged(cases)
    total = sum(case.count for case in cases)
    events = _events(cases)
    rate = shrunk_rate(events, total) if total else None
    if min(events, total - events) < LEAST_EVENTS:
        return Fit("insufficient", total, events, rate)
    evaluation, judged = _judge(cases)
    model = _fit_model(cases)
    metrics = probability_metrics(*zip(*judged, strict=True))
    low, high = skill_interval(judged)
    status = "ok"
    if low is None or low <= 0 or model.platt.slope <= 0:
        status = "no_skill"
    elif min(events, total - events) < EVENTS_PER_FEATURE * features:
        status = "low"
    return Fit(status, total, events, rate, model, metrics, evaluation, low, high)


def _merged(cases):
    """Return the cases with those that are alike in all but their number as one."""
    counts = Counter()
    for case in cases:
        key = case.values, case.happened, case.fold, case.is_latest
        counts[key] += case.count
    return [
        Case(values, happened, count, fold, is_latest)
        for (values, happened, fold, is_latest), count in counts.items()
        if count > 0
    ]


def _events(cases):
    return sum(case.count for case in cases if case.happened)


def _judge(cases):
    """Return how the model was judged, and (probability, happened, count) rows."""
    earlier = [case for case in cases if not case.is_latest]
    latest = [case for case in cases if case.is_latest]
    if min(map(_least_outcome, (earlier, latest))) >= LEAST_EVENTS // 2:
        model = _fit_model(earlier)
        return "later", [_said(model, case) for case in latest]
    rows = []
    for fold in range(FOLDS):
        others = [case for case in cases if case.fold != fold]
        if not _least_outcome(others):
            continue
        model = _fit_model(others)
        rows += [_said(model, case) for case in cases if case.fold == fold]
    return "folds", rows


def _said(model, case):
    return model.probability(case.values), case.happened, case.count


def _least_outcome(cases):
    events = _events(cases)
    return min(events, sum(case.count for case in cases) - events)


def _fit_model(cases):
    prior, ratios = naive_bayes(cases)
    platt = calibration.fit(_out_of_fold(cases))
    return Model(prior, ratios, platt or calibration.Platt(0.0, prior))


def _out_of_fold(cases):
    """Yield (log-odds, happened, count), the log-odds from the other folds."""
    for fold in range(FOLDS):
        others = [case for case in cases if case.fold != fold]
        if not _least_outcome(others):
            continue
        prior, ratios = naive_bayes(others)
        bare = Model(prior, ratios, calibration.Platt(1.0, 0.0))
        for case in cases:
            if case.fold == fold:
                yield bare.log_odds(case.values), case.happened, case.count


def naive_bayes(cases):
    """Return (prior log-odds, one ``{value: log ratio}`` a feature)."""
    totals = Counter()
    counts = {}
    for case in cases:
        totals[case.happened] += case.count
        for feature, value in enumerate(case.values):
            pair = counts.setdefault(feature, {}).setdefault(value, [0, 0])
            pair[case.happened] += case.count
    prior = math.log((totals[True] + _SMOOTHING) / (totals[False] + _SMOOTHING))
    ratios = tuple(
        {
            value: _log_ratio(pair, totals, len(counts[feature]))
            for value, pair in counts[feature].items()
        }
        for feature in sorted(counts)
    )
    return prior, ratios


def _log_ratio(pair, totals, values):
    others, events = (
        (seen + _SMOOTHING) / (totals[outcome] + _SMOOTHING * values)
        for outcome, seen in enumerate(pair)
    )
    return math.log(events / others)


def skill_interval(rows):
    """Return the 95 % interval of the Brier skill, from a fixed-seed bootstrap.

    Cases are resampled as Poisson counts, approximated by a normal for large ones;
    probabilities that agree to the third decimal are resampled together.
    """
    chance = Random(19)
    alike = Counter()
    for p, happened, count in rows:
        alike[happened, round(p, 3)] += count
    pairs = [
        (count, happened, (p - happened) ** 2)
        for (happened, p), count in sorted(alike.items())
    ]
    skills = sorted(
        skill
        for _sample in range(_RESAMPLES)
        if (skill := _resampled_skill(pairs, chance)) is not None
    )
    if not skills:
        return None, None
    return skills[int(0.025 * len(skills))], skills[int(0.975 * (len(skills) - 1))]


def _resampled_skill(pairs, chance):
    cases = events = loss = 0.0
    for count, happened, error in pairs:
        drawn = _poisson(count, chance)
        cases += drawn
        events += drawn * happened
        loss += drawn * error
    if not 0 < events < cases:
        return None
    return 1 - loss / (events * (1 - events / cases))


def _poisson(mean, chance):
    if mean > 30:
        return max(0.0, chance.gauss(mean, math.sqrt(mean)))
    limit, product, drawn = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        drawn += 1
    return drawn
