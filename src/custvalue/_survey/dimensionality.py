"""How many dimensions answers have, and whether the instrument's own are distinct."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar, get_args

import numpy as np

from custvalue._checks import Generator, checked_whole, random_generator, require_choice
from custvalue._inference.bootstrap import Bootstrap
from custvalue._respondents.instrument import Instrument
from custvalue._respondents.keying import (
    applied,
    as_read_note,
    negatively_keyed,
    to_recode,
    warn_of_keys,
)
from custvalue._respondents.responses import Responses, require_responses
from custvalue._results.layout import Row, Tabulated
from custvalue._survey.covariances import Covariances, Moments, selected
from custvalue._survey.discriminant import (
    LENIENT,
    Blocks,
    DiscriminantValidity,
    HTMTConvention,
    discriminant_validity,
)
from custvalue._survey.linearised import one_stream
from custvalue._survey.parallel import RandomData, leading, parallel_analysis
from custvalue._survey.reliability import checked_covariances
from custvalue._values import Frozen, Positive
from custvalue._words import plain
from custvalue.errors import DataError, ParameterError


class Dimensionality(Tabulated, Frozen):
    """Eigenvalues beside those of chance, and the distinctness of an instrument's dimensions.

    Parameters
    ----------
    items : tuple of str
        What was analysed.
    eigenvalues : tuple of float
        Of the weighted correlation matrix, largest first.
    random_mean, random_percentile : tuple of float
        Mean and percentile of the eigenvalues of unrelated items, in the same order.
    percentile : float
        Which, 0 to 100.
    suggested : int
        Leading eigenvalues above the percentile of chance.
    suggested_by_mean : int
        Leading eigenvalues above the mean of chance, Horn's own rule, which finds too many more
        often.
    random_data : {"normal", "permutation"}
        What chance is: normal answers, or the answers themselves in a random order.
    simulations : int
        Random data sets.
    covariances : {"listwise", "pairwise"}
        Whether correlations rest on the respondents who answered every item, or on those who
        answered both of a pair.
    respondents : int
        In the survey.
    n : int
        Respondents used.
    effective_n : float
        Kish's effective sample size; chance has as many respondents.
    instrument : str or None
        Name of the questionnaire.
    dimensions : int or None
        How many dimensions *it* has.
    htmt : DiscriminantValidity or None
        Of its dimensions; None without an instrument, or where it has one dimension.
    as_read : bool
        Whether it is the instrument with which the answers were read, as none was given.
    absent : tuple of str
        Its items that are not among those answers.
    """

    SHOWN: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "eigenvalue": "eigenvalue",
            "random_mean": "chance, mean",
            "random_percentile": "chance, percentile",
            "share": "share",
        }
    )
    REPR: ClassVar[tuple[str, ...]] = ("items", "n", "suggested", "dimensions")

    items: tuple[str, ...]
    eigenvalues: tuple[float, ...]
    random_mean: tuple[float, ...]
    random_percentile: tuple[float, ...]
    percentile: float
    suggested: int
    suggested_by_mean: int
    random_data: RandomData
    simulations: int
    covariances: Covariances
    respondents: int
    n: int
    effective_n: Positive
    instrument: str | None = None
    dimensions: int | None = None
    htmt: DiscriminantValidity | None = None
    as_read: bool = False
    absent: tuple[str, ...] = ()

    def _rows(self, level: float) -> list[Row]:  # noqa: ARG002 - no intervals
        columns = zip(self.eigenvalues, self.random_mean, self.random_percentile, strict=True)
        names = ("eigenvalue", "random_mean", "random_percentile")
        return [
            Row(
                f"component {place}",
                {
                    "component": place,
                    **dict(zip(names, cells, strict=True)),
                    "share": cells[0] / len(self.items),
                },
            )
            for place, cells in enumerate(columns, 1)
        ]

    def _printed(self) -> list[Row]:
        return self._rows(0.95)[: max(self.suggested, self.dimensions or 0) + 2]

    def _notes(self) -> Iterator[str]:
        yield (
            f"{len(self.items)} items, {self.n:,} of {self.respondents:,} respondents, "
            f"{self.covariances}; effective n {self.effective_n:,.1f}."
        )
        yield (
            f"Parallel analysis ({self.random_data} data, {self.simulations:,} sets): "
            f"{self.suggested} above percentile {plain(self.percentile)} of chance, "
            f"{self.suggested_by_mean} above its mean."
        )
        if self.dimensions is not None:
            yield (
                f"{self.instrument} sorts its items into {self.dimensions}: that is its design, "
                f"not a finding about these answers."
            )
        if self.htmt is not None:
            yield self._distinct(self.htmt)
        yield from as_read_note(as_read=self.as_read, absent=self.absent)

    @staticmethod
    def _distinct(htmt: DiscriminantValidity) -> str:
        close = htmt.not_below(LENIENT)
        if not close:
            return f"HTMT is below .90 for all {len(htmt.pairs)} pairs of dimensions."
        names = ", ".join(f"{one.first} – {one.second}" for one in close)
        return (
            f"Not shown to be distinct (HTMT below .90), {len(close)} of {len(htmt.pairs)} pairs: "
            f"{names}."
        )


def dimensionality(
    responses: Responses,
    instrument: Instrument | None = None,
    *,
    items: Sequence[str] | None = None,
    covariances: Covariances | None = None,
    random_data: RandomData = "normal",
    simulations: int = 1000,
    percentile: float = 95.0,
    htmt: HTMTConvention = "absolute",
    method: Bootstrap | None = None,
    rng: Generator = None,
) -> Dimensionality:
    """Ask the answers how many dimensions they have, weighted.

    Parallel analysis (Horn 1965, *Psychometrika* 30(2)) counts the components that stand out from
    chance. For an instrument with dimensions the heterotrait-monotrait ratio (Henseler, Ringle &
    Sarstedt 2015, *Journal of the Academy of Marketing Science* 43(1)) says which of them can be
    told apart, with upper limits to hold against .85 or .90.

    Parameters
    ----------
    responses : Responses
        Answers, with weights.
    instrument : Instrument, optional
        Its items are analysed, and its dimensions compared; reverse-scored items are recoded,
        unless the responses were keyed already. By default the instrument with which the responses
        were read or keyed, where there is one, with the items that are among them; the result's
        `as_read` then says so.
    items : sequence of str, optional
        Instead of an instrument; all items by default, where there is none.
    covariances : {"listwise", "pairwise"}, optional
        As in :func:`reliability`.
    random_data : {"normal", "permutation"}
        Chance: independent normal answers of as many (effective) respondents, drawn from the
        distribution of their correlation matrix, so that a million take no longer than a
        hundred; or the answers to each item in a random order.
    simulations : int
        How many random data sets are drawn.
    percentile : float
        Of the random eigenvalues that an eigenvalue has to exceed, 0 to 100.
    htmt : {"absolute", "original"}
        Whether HTMT averages the sizes of correlations (HTMT+), or their values as first
        published; the same where none is below 0.
    method : Bootstrap, optional
        ``Bootstrap(2000, rng=1)`` for limits of HTMT by resampling respondents; linearised limits
        by default.
    rng : Generator or int, optional
        Source of the random data sets; the same whole number gives the same result.

    Returns
    -------
    Dimensionality
        Eigenvalues, chance, the number suggested, HTMT.

    Raises
    ------
    DataError
        With fewer than two items, not more respondents than items, or an item without answers or
        with equal ones only.
    EstimationError
        If more than half of the resamples give no ratio.
    ParameterError
        If `responses` are not Responses, an item is unknown, or an argument is outside its domain.

    Warns
    -----
    DataWarning
        If items are negatively keyed within their dimension.

    Examples
    --------
    >>> from custvalue.survey import Responses, Scale
    >>> rng = np.random.default_rng(1)
    >>> two = np.repeat(rng.normal(size=(200, 2)), 3, axis=1) + rng.normal(size=(200, 6))
    >>> answers = Responses.from_arrays(two, scale=Scale(-9, 9, step=None))
    >>> dimensionality(answers, rng=1)
    Dimensionality(items=6, n=200, suggested=2, dimensions=None)
    """
    require_responses(responses)
    covariances = checked_covariances(responses, covariances)
    _check(random_data, percentile, htmt)
    simulations = checked_whole("simulations", simulations, least=2)
    method = one_stream(method)
    instrument, as_read, absent = applied(responses, instrument, items)
    moments = _moments(responses, items, instrument, covariances)
    found = parallel_analysis(
        moments,
        random_data=random_data,
        simulations=simulations,
        percentile=percentile,
        rng=random_generator(rng),
    )
    distinct = None
    if instrument is not None and len(instrument.dimensions) > 1:
        _warn_of_keys(responses, instrument, moments)
        blocks = _blocks(instrument, absolute=htmt == "absolute")
        distinct = discriminant_validity(moments, blocks, method)
    return Dimensionality(
        items=moments.names,
        eigenvalues=tuple(found.eigenvalues.tolist()),
        random_mean=tuple(found.random_mean.tolist()),
        random_percentile=tuple(found.random_percentile.tolist()),
        percentile=percentile,
        suggested=leading(found.eigenvalues, found.random_percentile),
        suggested_by_mean=leading(found.eigenvalues, found.random_mean),
        random_data=random_data,
        simulations=simulations,
        covariances=covariances,
        respondents=responses.respondents,
        n=moments.n,
        effective_n=moments.effective_n,
        instrument=None if instrument is None else instrument.name,
        dimensions=None if instrument is None else len(instrument.dimensions),
        htmt=distinct,
        as_read=as_read,
        absent=absent,
    )


def _check(random_data: str, percentile: float, htmt: str) -> None:
    require_choice("random_data", random_data, get_args(RandomData))
    require_choice("htmt", htmt, get_args(HTMTConvention))
    number = isinstance(percentile, int | float) and not isinstance(percentile, bool)
    if not number or not 0 < percentile < 100:
        raise ParameterError(
            f"percentile must be > 0 and < 100, as in 95, but it is {percentile!r}."
        )


def _warn_of_keys(responses: Responses, instrument: Instrument, moments: Moments) -> None:
    """Name the negatively keyed items of each dimension."""
    keyed = responses.instrument or instrument
    for dimension, place in zip(instrument.dimensions, instrument.slices(), strict=True):
        own = moments.correlation[place, place]
        warn_of_keys(
            negatively_keyed(moments.names[place], own, moments.effective_n),
            n=moments.n,
            alpha=0.0,
            scale=responses.scale,
            scope=f" of {dimension.name}",
            recoded=keyed.reverse_scored_items,
        )


def _moments(
    responses: Responses,
    items: Sequence[str] | None,
    instrument: Instrument | None,
    covariances: Covariances,
) -> Moments:
    """Estimate the covariances of the items, recoded where the instrument says so."""
    recoded = () if instrument is None else to_recode(responses, instrument)
    wanted = items if instrument is None else instrument.item_names
    names, columns, weights = selected(responses, wanted, covariances, recoded=recoded)
    _require_enough(names, len(weights))
    moments = Moments.of(names, columns, weights)
    moments.require_variance("")
    return moments


def _require_enough(names: Sequence[str], n: int) -> None:
    if len(names) < 2:
        raise DataError(
            f"dimensionality needs at least 2 items, but there is 1, {names[0]!r}. One item has "
            f"one dimension."
        )
    if n < 2:
        raise DataError(
            f"dimensionality needs at least 2 respondents who answered all {len(names)} items, but "
            f"there is {n}. Use covariances='pairwise', exclude the item with most missing "
            f"answers, or collect more answers."
        )


def _blocks(instrument: Instrument, *, absolute: bool) -> Blocks:
    member = np.zeros((len(instrument.items), len(instrument.dimensions)))
    for column, place in enumerate(instrument.slices()):
        member[place, column] = 1.0
    return Blocks(instrument.dimension_names, member, absolute)
