"""The net score of a question: the share of the best answers less the share of the worst.

What the net promoter score does on 0 to 10 is done on any scale: the top two boxes less the bottom
two, say. A bottom box counts the unhappy, whom a top box and a mean hide.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from custvalue._inference.cells import AnswerCells
from custvalue._inference.estimate import Estimate, Headline
from custvalue._inference.means import ScaleMean
from custvalue._inference.shares import Proportion
from custvalue._inference.sums import OfSums, mean_of, of_sums
from custvalue._respondents.codebook import Codebook, scale_of
from custvalue._respondents.counts import Counts, counted_answers, offered_answers
from custvalue._respondents.questions import taken_apart
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale
from custvalue._results.base import Base, MissingPolicy
from custvalue._satisfaction.csat import (
    AnswerShare,
    box_share,
    distribution_notes,
    distribution_of,
    require_boxes,
)
from custvalue._satisfaction.net_estimate import NetEstimate, net_of, shares_of


@dataclass(frozen=True, kw_only=True, repr=False)
class NetBoxShare(NetEstimate):
    """The estimate behind a net score, from -1 to 1.

    Parameters
    ----------
    name : str
        What is estimated.
    value : float
        Share of the best answers less share of the worst.
    standard_error : float
        Linearised where answers are weighted.
    n : int
        Answers used.
    effective_n : float
        Answers of a simple random sample with the same standard error, at most `n`.
    bounds : tuple of float
        -1 and 1.
    degrees_of_freedom, design_effect : float or None
        Of the standard error, where they were estimated.
    top_share, middle_share, bottom_share : float
        The (weighted) shares, 0 to 1.

    Notes
    -----
    Methods of :meth:`confidence_interval` and their coverage are those of a net promoter score
    divided by 100: ``score`` (the default), ``dirichlet``, ``adjusted-wald``, ``wald`` and
    ``Bootstrap(2000, rng=1)``.
    """

    UNIT: ClassVar[float] = 1.0

    bounds: tuple[float, float] | None = (-1.0, 1.0)
    top_share: float
    middle_share: float
    bottom_share: float

    @property
    def good(self) -> float:
        """Share of the best answers."""
        return self.top_share

    @property
    def between(self) -> float:
        """Share of the answers that are neither."""
        return self.middle_share

    @property
    def bad(self) -> float:
        """Share of the worst answers."""
        return self.bottom_share


class NetScore(Headline):
    """Top boxes less bottom boxes, with its interval and what it is made of.

    Parameters
    ----------
    scale : Scale
        The scale of the question.
    boxes : int
        How many of the best answers count, and how many of the worst.
    estimate : NetBoxShare
        Share of the best answers less share of the worst, from -1 to 1.
    top, bottom : Proportion
        The two shares.
    mean : ScaleMean
        Mean answer, in scale points.
    distribution : tuple of AnswerShare
        Every answer that the scale offers, from low to high.
    base : Base
        Who answered, who is excluded and why, and which answers are missing.
    """

    REPR: ClassVar[tuple[str, ...]] = ("boxes", "scale", "value", "n")

    scale: Scale
    boxes: int
    estimate: NetBoxShare
    top: Proportion
    bottom: Proportion
    mean: ScaleMean
    distribution: tuple[AnswerShare, ...]
    base: Base

    @classmethod
    def from_counts(
        cls,
        counts: Counts,
        *,
        scale: Scale | None = None,
        codebook: Codebook | None = None,
        boxes: int = 2,
        n: int | None = None,
    ) -> Self:
        """Return the score of counted answers, as a published table gives them.

        Parameters
        ----------
        counts : mapping or sequence of int
            Answer to how often it was given, or one count for each answer from low to high, as in
            :meth:`TopBox.from_counts`.
        scale : Scale
            The scale of the question. Not needed with a codebook.
        codebook : Codebook, optional
            What the words of the table mean.
        boxes : int
            As in :func:`net_score`.
        n : int, optional
            The number of answers as reported elsewhere; the counts must add up to it.

        Raises
        ------
        DataError
            As in :meth:`TopBox.from_counts`.
        ParameterError
            As in :func:`net_score`.

        Examples
        --------
        >>> from custvalue.satisfaction import NetScore
        >>> from custvalue.survey import Scale
        >>> NetScore.from_counts({1: 1, 3: 1, 4: 2, 5: 2}, scale=Scale(1, 5)).value
        0.5
        """
        stated = scale_of(scale, codebook)
        require_ends(stated, boxes)
        cells, base = counted_answers(counts, stated, n, "net_score", codebook)
        return cls(**_counted(cells, base, stated, boxes))

    def _estimates(self) -> tuple[Estimate, ...]:
        return (self.estimate, self.top, self.bottom, self.mean)

    def _title(self) -> str:
        return f"Net score, scale {self.scale}, {self.scale.direction}"

    def _notes(self) -> tuple[str, ...]:
        intervals, *others = distribution_notes(self.distribution, self.mean, self.base)
        method = self.confidence_interval().method
        return (intervals.replace("share ", f"net {method}, shares ", 1), *others)


def require_ends(scale: Scale, boxes: object) -> None:
    """Raise a ParameterError unless so many answers can be counted at both ends of the scale."""
    most = len(offered_answers(scale, "net_score")) // 2
    require_boxes(scale, boxes, worst=False, most=most)


def _votes_of_sums(
    answers: object, *, boxes: int = 2, weights: object = None, **_: object
) -> OfSums | None:
    """Return the score of Responses as a function of sums, whose arguments are checked."""
    if not isinstance(answers, Responses) or weights is not None:
        return None
    scale, given = answers.scale, answers.answers[:, 0]
    reach = (boxes - 0.5) * (scale.step or 1.0)
    votes = (given > scale.high - reach).astype(np.float64) - (given < scale.low + reach)
    return mean_of(np.where(np.isnan(given), np.nan, scale.sign * votes), answers.weights)


@of_sums(_votes_of_sums)
def net_score(
    answers: Any,
    *,
    scale: Scale | None = None,
    codebook: Codebook | None = None,
    boxes: int = 2,
    weights: Any = None,
    missing: MissingPolicy = "raise",
) -> NetScore:
    """Compute the share of the best answers less the share of the worst.

    Parameters
    ----------
    answers : array_like of shape (n,) or Responses
        Answers on the scale: a list, an array, a column of a dataframe; or Responses of one item,
        whose weights, scale and policy for missing answers are used.
    scale : Scale
        The scale of the question; the lowest answers are the best where lower is better. Not
        needed with Responses or a codebook.
    codebook : Codebook, optional
        What words in the answers mean.
    boxes : int
        How many answers count at either end: the top two boxes less the bottom two by default.
    weights : array_like of shape (n,), optional
        Sampling weights.
    missing : {"raise", "drop", "pairwise"}
        As in :func:`top_box`.

    Returns
    -------
    NetScore

    Raises
    ------
    DataError
        If answers are off the scale, between its steps or missing, or weights do not fit.
    ParameterError
        If the scale has no steps, `boxes` is more than half of its answers, or Responses have
        several items or contradict the scale or the weights.

    See Also
    --------
    net_promoter_score : the same of 0 to 10, where 9 and 10 count against 0 to 6.

    Examples
    --------
    >>> from custvalue.satisfaction import net_score
    >>> from custvalue.survey import Scale
    >>> print(net_score([5, 4, 4, 3, 1, 5], scale=Scale(1, 5)))
    Net score, scale 1-5, higher is better
    ───────────────────────────────────────────────────────────────
                                       estimate      low    high  n
    ───────────────────────────────────────────────────────────────
    top-2-box less bottom-2-box share    0.5000  -0.2210  0.8573  6
    top-2-box share                      0.6667   0.3000  0.9032  6
    bottom-2-box share                   0.1667  0.03005  0.5635  6
    mean answer                           3.667    2.387   4.550  6
    ───────────────────────────────────────────────────────────────
    95 % intervals: net score, shares wilson, means beta.
    Standard deviation 1.506. Answers: 1: 17 %, 3: 17 %, 4: 33 %, 5: 33 %.
    6 respondents, no missing answers.
    """
    asked = taken_apart(
        {"answers": answers}, scale=scale, codebook=codebook, weights=weights, missing=missing
    )
    stated = asked.scale
    require_ends(stated, boxes)
    cells, base = asked.counted("answers", offered_answers(stated, "net_score"))
    return NetScore(**_counted(cells, base, stated, boxes))


def _counted(cells: AnswerCells, base: Base, scale: Scale, boxes: int) -> dict[str, Any]:
    """Return what counted answers tell, by the fields of the result."""
    return {
        "scale": scale,
        "boxes": boxes,
        "estimate": _net(cells, scale, boxes),
        "top": box_share(cells, scale, boxes),
        "bottom": box_share(cells, scale, -boxes),
        "mean": cells.mean(name="mean answer"),
        "distribution": distribution_of(cells),
        "base": base,
    }


def _net(cells: AnswerCells, scale: Scale, boxes: int) -> NetBoxShare:
    low, high = set(cells.answers[:boxes]), set(cells.answers[-boxes:])
    best, worst = (high, low) if scale.sign > 0 else (low, high)
    groups = (
        cells.counted(best.__contains__),
        cells.counted(lambda answer: answer not in best | worst),
        cells.counted(worst.__contains__),
    )
    top, middle, bottom = shares_of(groups)
    many = "" if boxes == 1 else f"-{boxes}"
    found = NetBoxShare(
        name=f"top{many}-box less bottom{many}-box share",
        top_share=top,
        middle_share=middle,
        bottom_share=bottom,
        **net_of(groups, NetBoxShare.UNIT),
    )
    votes = [(answer in best) - (answer in worst) for answer in cells.answers]
    return cells.clustered(found, [vote - found.value for vote in votes])
