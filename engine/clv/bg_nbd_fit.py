"""Fit BG/NBD and MBG/NBD to a customer base, and say how far to trust the fit."""

import math
from dataclasses import dataclass, replace

from .bg_nbd import BgNbd
from .bg_nbd_likelihood import evaluate
from .optimize import minimise_from
from .prior import LogNormalPrior

# Of r, alpha, a and b, with time scaled so that the oldest customer is 10 old.
_OLDEST = 10.0
_PRIOR = LogNormalPrior((0.5, 1.0, 1.0, 2.5), spread=1.5)
_STARTS = ((0.1, 0.1, 0.1, 0.1), _PRIOR.point, (-1.5, -0.5, -1.0, 0.0))

LEAST_CUSTOMERS = 100
LEAST_REPEATERS = 30
CONFIDENT_REPEATERS = 100
_LARGEST_MOVE = 1.5


@dataclass(frozen=True)
class BgNbdFit:
    """What came of a fit: parameters, or a reason why there are none.

    ``status`` is a code of ``FIT_STATUSES``; ``model`` and ``log_likelihood`` are None
    unless it is ``ok`` or ``low_confidence``.  The log-likelihood is that of the
    parameters without the prior; ``rival_log_likelihood`` that of the other model.
    """

    status: str
    customers: int
    repeaters: int
    model: BgNbd | None = None
    log_likelihood: float | None = None
    rival_log_likelihood: float | None = None
    evaluations: int = 0


def fit_best(histories):
    """Fit both models and return the likelier; the MBG/NBD when they are equal.

    Below 100 customers or 30 repeaters nothing is fitted.  Parameters are the mode
    of their posterior: small bases neither blow up nor turn into NaN.

    Args:
        histories: ``Histories`` of all customers, those who bought once included

    Returns:
        A ``BgNbdFit``; alpha has the unit of the histories
    """
    status = _status(histories)
    if status not in ("ok", "low_confidence"):
        return BgNbdFit(status, histories.customers, histories.repeaters)
    histories = histories.capped()
    fits = [_fit(histories, e, status) for e in (1, 0)]
    fits.sort(key=_rank, reverse=True)
    best, other = fits
    return replace(
        best,
        rival_log_likelihood=other.log_likelihood,
        evaluations=best.evaluations + other.evaluations,
    )


def estimate(histories, e, prior_weight=1.0):
    """Return ``(model, log_likelihood, evaluations)`` of one model on any histories.

    Args:
        histories: ``Histories`` with at least one repeat order
        e: 0 for BG/NBD, 1 for MBG/NBD
        prior_weight: 0 maximises the likelihood, as the papers do

    Returns:
        None for the model and the log-likelihood when no search converged
    """
    scale = histories.longest / _OLDEST

    def objective(point):
        model = _model(point, scale, e)
        likelihood = evaluate(model, histories)
        return _PRIOR.loss(point, likelihood, histories.customers, prior_weight)

    found = minimise_from(objective, _STARTS)
    if not found.converged:
        return None, None, found.evaluations
    model = _model(found.point, scale, e)
    return model, evaluate(model, histories)[0], found.evaluations


def accept(new, previous):
    """Say whether a new fit may replace the parameters in use.

    A fit that failed may not, nor one whose parameters jumped: r, alpha, a or b by
    more than a factor exp(1.5) within one model.  Too few customers or repeat orders
    are no failure: then there is nothing to predict from, and saying so is right.

    Args:
        new: ``BgNbdFit``
        previous: ``BgNbd`` in use, or None
    """
    if new.status == "not_converged":
        return previous is None
    if previous is None or new.model is None or new.model.e != previous.e:
        return True
    pairs = zip(new.model.parameters, previous.parameters, strict=True)
    return all(
        abs(math.log(after / before)) <= _LARGEST_MOVE for after, before in pairs
    )


def _status(histories):
    if histories.customers and not histories.repeaters:
        return "no_repeats"
    if histories.customers < LEAST_CUSTOMERS or histories.repeaters < LEAST_REPEATERS:
        return "insufficient_data"
    return "ok" if histories.repeaters >= CONFIDENT_REPEATERS else "low_confidence"


def _fit(histories, e, status):
    model, value, evaluations = estimate(histories, e)
    return BgNbdFit(
        status if model else "not_converged",
        histories.customers,
        histories.repeaters,
        model,
        value,
        evaluations=evaluations,
    )


def _rank(fit):
    return -math.inf if fit.log_likelihood is None else fit.log_likelihood


def _model(point, scale, e):
    r, alpha, a, b = (math.exp(coordinate) for coordinate in point)
    return BgNbd(r, alpha * scale, a, b, e)
