"""Which of some models to use: the rule, and its reasons in words.

A model whose forecasts are doubted is recommended only where the holdout shows it to be better than
all others by more than noise. Among the rest, those within two standard errors of the best log
score are tied, then those within 2 of the lowest AIC; of tied models the one with the fewest
parameters is taken, then one that can tell lost customers from active ones, then the lower AIC.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from custvalue._words import percent

if TYPE_CHECKING:
    from custvalue._forecasting.comparison import ComparedModel

NOISE = 2.0  # standard errors
TIED_AIC = 2.0  # Burnham & Anderson (2002), Model Selection and Multimodel Inference, section 2.6
SAME = 1e-6  # of log scores a customer, and of AIC: what differs by less, differs by rounding


class Tie(NamedTuple):
    """Models that one criterion cannot tell apart, the leading one first, and what it is."""

    models: list[ComparedModel]
    said: str


def trusted(models: Sequence[ComparedModel]) -> list[ComparedModel]:
    """Return the models whose forecasts nothing speaks against; all, where there are none."""
    return [each for each in models if each.trusted] or list(models)


def recommended(models: Sequence[ComparedModel]) -> tuple[str, tuple[str, ...]]:
    """Return the name of the model to use, and why."""
    tie = _by_log_score(models) if models[0].scores is not None else _by_aic(trusted(models))
    close = _by_aic(tie.models).models
    best = min(close, key=lambda each: (each.parameters, len(each.fit.doubts), each.aic))
    return best.name, tuple(_reasons(models, tie, close, best))


def _by_log_score(models: Sequence[ComparedModel]) -> Tie:
    """Return the models within the noise of the best log score."""
    better = [each for each in models if each.behind < -NOISE * each.behind_error - SAME]
    pool = better or [
        each for each in trusted(models) if each.behind <= NOISE * each.behind_error + SAME
    ]
    tied = sorted(pool, key=lambda each: (round(each.behind / SAME), each.parameters))
    score = f"{tied[0].log_score:.4f} a customer"
    said = f"{tied[0].name} has the best log score in the holdout, {score}"
    return Tie(tied, f"{said}{_also(tied, 'within two standard errors of it')}.")


def _by_aic(models: Sequence[ComparedModel]) -> Tie:
    """Return the models within 2 of the lowest AIC."""
    ordered = sorted(models, key=lambda each: each.aic)
    tied = [each for each in ordered if each.aic <= ordered[0].aic + TIED_AIC + SAME]
    said = f"{tied[0].name} has the lowest AIC, {tied[0].aic:,.1f}"
    return Tie(tied, f"{said}{_also(tied, f'within {TIED_AIC:g} of it')}.")


def _also(tied: Sequence[ComparedModel], where: str) -> str:
    others = [each.name for each in tied[1:]]
    return f"; {_and(others)} {'is' if len(others) == 1 else 'are'} {where}" if others else ""


def _and(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _reasons(
    models: Sequence[ComparedModel],
    tie: Tie,
    close: Sequence[ComparedModel],
    best: ComparedModel,
) -> Iterator[str]:
    doubted = [each for each in models if not each.trusted]
    if len(doubted) == len(models):
        yield "The forecasts of no model here can be trusted."
    elif doubted and best.trusted:
        names = _and([f"{each.name} ({each.note})" for each in doubted])
        yield f"Left out, because their forecasts cannot be trusted: {names}."
    yield tie.said
    yield from _of_tied(tie, close, best)
    yield from _forecast(best)
    yield from (doubt.message for doubt in best.fit.doubts)


def _of_tied(tie: Tie, close: Sequence[ComparedModel], best: ComparedModel) -> Iterator[str]:
    """Say why one of several tied models is taken."""
    if len(tie.models) == 1:
        return
    if len(close) == 1:
        yield f"Of these, {best.name} has the lowest AIC by more than {TIED_AIC:g}."
    elif all(best.parameters < each.parameters for each in close if each is not best):
        yield f"Of these, {best.name} has the fewest parameters."
    elif any(len(each.fit.doubts) > len(best.fit.doubts) for each in close):
        yield f"Of these, {best.name} says of every customer how likely they are still active."
    else:
        yield f"Of these, {best.name} has the lowest AIC."


def _forecast(best: ComparedModel) -> Iterator[str]:
    """Say how the forecast compares with what came."""
    if (scores := best.scores) is None:
        return
    said = f"It forecasts {scores.forecast:,.0f} purchases in the holdout; there were"
    off = scores.forecast / scores.actual - 1 if scores.actual else 0.0
    how = f": {percent(abs(off))} too {'many' if off > 0 else 'few'}" if scores.actual else ""
    yield f"{said} {scores.actual:,}{how}."
