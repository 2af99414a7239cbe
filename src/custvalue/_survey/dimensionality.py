"""How many dimensions answers have, and whether the instrument's own are distinct."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

import numpy as np
import numpy.typing as npt

from custvalue._checks import Generator, random_generator, require_choice
from custvalue._inference.bootstrap import Bootstrap
from custvalue._respondents.instrument import Instrument
from custvalue._respondents.keying import (
    applied,
    as_read_note,
    running_against,
    to_turn,
    warn_of_keys,
)
from custvalue._respondents.responses import Responses, require_responses
from custvalue._survey.discriminant import (
    LENIENT,
    Blocks,
    DiscriminantValidity,
    HTMTConvention,
    discriminant_validity,
)
from custvalue._survey.moments import Covariances, Moments, selected
from custvalue._survey.parallel import RandomData, leading, parallel_analysis
from custvalue._survey.reliability import checked_bootstrap, checked_covariances
from custvalue._table import Cell, Table
from custvalue._values import Frozen, Positive
from custvalue._words import plain
from custvalue.errors import DataError, ParameterError


class Dimensionality(Frozen):
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
    replicates : int
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

    items: tuple[str, ...]
    eigenvalues: tuple[float, ...]
    random_mean: tuple[float, ...]
    random_percentile: tuple[float, ...]
    percentile: float
    suggested: int
    suggested_by_mean: int
    random_data: RandomData
    replicates: int
    covariances: Covariances
    respondents: int
    n: int
    effective_n: Positive
    instrument: str | None = None
    dimensions: int | None = None
    htmt: DiscriminantValidity | None = None
    as_read: bool = False
    absent: tuple[str, ...] = ()

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return one row a component, as a plain dict."""
        return {
            "component": np.arange(1, len(self.eigenvalues) + 1),
            "eigenvalue": np.array(self.eigenvalues),
            "random_mean": np.array(self.random_mean),
            "random_percentile": np.array(self.random_percentile),
            "share": np.array(self.eigenvalues) / len(self.items),
        }

    def __repr__(self) -> str:
        has = "" if self.dimensions is None else f", dimensions={self.dimensions}"
        return (
            f"Dimensionality(items={len(self.items)}, n={self.n:,}, suggested={self.suggested}"
            f"{has})"
        )

    def _table(self) -> Table:
        percentile = f"chance, percentile {plain(self.percentile)}"
        header = ("component", "eigenvalue", "chance, mean", percentile, "share")
        rows = tuple(
            (str(place + 1), *cells, cells[0] / len(self.items))
            for place, cells in enumerate(
                zip(self.eigenvalues, self.random_mean, self.random_percentile, strict=True)
            )
        )
        shown: tuple[tuple[Cell, ...], ...] = rows[: max(self.suggested, self.dimensions or 0) + 2]
        return Table("Dimensionality", header, shown, self._notes())

    def _notes(self) -> tuple[str, ...]:
        used = (
            f"{len(self.items)} items, {self.n:,} of {self.respondents:,} respondents, "
            f"{self.covariances}; effective n {self.effective_n:,.1f}."
        )
        method = (
            f"Parallel analysis ({self.random_data} data, {self.replicates:,} sets): "
            f"{self.suggested} above percentile {plain(self.percentile)} of chance, "
            f"{self.suggested_by_mean} above its mean."
        )
        own = as_read_note(as_read=self.as_read, absent=self.absent)
        return (used, method, *self._instrument_notes(), *own)

    def _instrument_notes(self) -> tuple[str, ...]:
        if self.dimensions is None:
            return ()
        has = (
            f"{self.instrument} sorts its items into {self.dimensions}: that is how it is built, "
            f"no finding about these answers."
        )
        if self.htmt is None:
            return (has,)
        close = self.htmt.not_below(LENIENT)
        names = ", ".join(f"{one.first} – {one.second}" for one in close)
        found = (
            f"HTMT is below .90 for all {len(self.htmt.pairs)} pairs of dimensions."
            if not close
            else f"Not shown to be distinct (HTMT below .90), {len(close)} of "
            f"{len(self.htmt.pairs)} pairs: {names}."
        )
        return (has, found)


def dimensionality(
    responses: Responses,
    instrument: Instrument | None = None,
    *,
    items: Sequence[str] | None = None,
    covariances: Covariances | None = None,
    random_data: RandomData = "normal",
    replicates: int = 1000,
    percentile: float = 95.0,
    htmt: HTMTConvention = "absolute",
    bootstrap: int = 0,
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
        Its items are analysed, and its dimensions compared; reversed items are turned round,
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
    replicates : int
        Random data sets.
    percentile : float
        Of the random eigenvalues that an eigenvalue has to exceed, 0 to 100.
    htmt : {"absolute", "original"}
        Whether HTMT averages the sizes of correlations (HTMT+), or their values as first
        published; the same where none is below 0.
    bootstrap : int
        Resamples of respondents for the limits of HTMT; 0 for linearised limits.
    rng : Generator or int, optional
        Source of randomness; the same whole number gives the same result.

    Returns
    -------
    Dimensionality
        Eigenvalues, chance, the number suggested, HTMT.

    Raises
    ------
    DataError
        With fewer than two items, not more respondents than items, an item whose answers are all
        equal, or that nobody answered.
    EstimationError
        If more than half of the resamples give no ratio.
    ParameterError
        If `responses` are none, an item is not among them, or an argument is outside its domain.

    Warns
    -----
    DataWarning
        If items run against the others of their dimension.

    Examples
    --------
    >>> from custvalue import datasets
    >>> from custvalue.survey import Responses, Scale
    >>> rng = np.random.default_rng(1)
    >>> two = np.repeat(rng.normal(size=(200, 2)), 3, axis=1) + rng.normal(size=(200, 6))
    >>> answers = Responses.from_arrays(two, scale=Scale(-9, 9, step=None))
    >>> dimensionality(answers, rng=1)
    Dimensionality(items=6, n=200, suggested=2)
    """
    require_responses(responses)
    covariances = checked_covariances(responses, covariances)
    _check(random_data, percentile, htmt)
    replicates, bootstrap = Bootstrap(replicates).resamples, checked_bootstrap(bootstrap)
    instrument, as_read, absent = applied(responses, instrument, items)
    moments = _moments(responses, items, instrument, covariances)
    random = random_generator(rng)
    found = parallel_analysis(
        moments,
        random_data=random_data,
        replicates=replicates,
        percentile=percentile,
        rng=random,
    )
    distinct = None
    if instrument is not None and len(instrument.dimensions) > 1:
        _warn_of_keys(responses, instrument, moments)
        blocks = _blocks(instrument, absolute=htmt == "absolute")
        distinct = discriminant_validity(moments, blocks, bootstrap=bootstrap, rng=random)
    return Dimensionality(
        items=moments.names,
        eigenvalues=tuple(found.eigenvalues.tolist()),
        random_mean=tuple(found.random_mean.tolist()),
        random_percentile=tuple(found.random_percentile.tolist()),
        percentile=percentile,
        suggested=leading(found.eigenvalues, found.random_percentile),
        suggested_by_mean=leading(found.eigenvalues, found.random_mean),
        random_data=random_data,
        replicates=replicates,
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
    """Name the items that run against the others of their dimension."""
    keyed = responses.instrument or instrument
    for dimension, place in zip(instrument.dimensions, instrument.slices(), strict=True):
        names = moments.names[place]
        against = running_against(names, moments.correlation[place, place], moments.effective_n)
        warn_of_keys(
            against,
            n=moments.n,
            alpha=0.0,
            scale=responses.scale,
            scope=f" of {dimension.name}",
            turned=keyed.reversed_items,
        )


def _moments(
    responses: Responses,
    items: Sequence[str] | None,
    instrument: Instrument | None,
    covariances: Covariances,
) -> Moments:
    """Estimate the covariances of the items, turned round where the instrument says so."""
    turned = () if instrument is None else to_turn(responses, instrument)
    wanted = items if instrument is None else instrument.item_names
    names, columns, weights = selected(responses, wanted, covariances, turned=turned)
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
            f"there is {n}. Say covariances='pairwise', leave out the item with most gaps, or "
            f"collect more answers."
        )


def _blocks(instrument: Instrument, *, absolute: bool) -> Blocks:
    member = np.zeros((len(instrument.items), len(instrument.dimensions)))
    for column, place in enumerate(instrument.slices()):
        member[place, column] = 1.0
    return Blocks(instrument.dimension_names, member, absolute)
