"""How many dimensions stand out from chance (Horn), and whether the instrument's are distinct."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar, Literal, NamedTuple, get_args

import numpy as np

from custvalue._checks import Generator, checked_whole, finite, random_generator, require_choice
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
from custvalue._rows import FloatArray
from custvalue._survey.covariances import Covariances, Moments, moments_of
from custvalue._survey.discriminant import (
    LENIENT,
    Blocks,
    DiscriminantValidity,
    HTMTConvention,
    discriminant_validity,
)
from custvalue._survey.linearised import one_stream
from custvalue._survey.reliability import checked_covariances
from custvalue._values import Frozen, Positive
from custvalue._words import plain
from custvalue.errors import DataError, ParameterError

RandomData = Literal["normal", "permutation"]

ENTRIES_AT_A_TIME = 2**20


class Parallel(NamedTuple):
    """Eigenvalues of the answers and of random data, largest first, shape (items,) each."""

    eigenvalues: FloatArray
    random_mean: FloatArray
    random_percentile: FloatArray


def parallel_analysis(
    moments: Moments,
    *,
    random_data: RandomData,
    simulations: int,
    percentile: float,
    rng: np.random.Generator,
) -> Parallel:
    """Compare eigenvalues of the correlation matrix with those of unrelated items.

    Horn (1965, *Psychometrika* 30(2)); the 95th percentile in place of the mean: Glorfeld (1995,
    *Educational and Psychological Measurement* 55(3)).
    """
    size, n = len(moments.names), _respondents(moments)
    if n <= size:
        raise DataError(
            f"parallel analysis needs more respondents than the {size} items, but the effective n "
            f"is {n:,.1f}. Collect more answers, or look at fewer items."
        )
    if random_data == "normal":
        drawn = _normal_eigenvalues(n, size, simulations, rng)
    else:
        drawn = np.array([_permuted_eigenvalues(moments, rng) for _ in range(simulations)])
    return Parallel(
        eigenvalues=_descending(moments.correlation),
        random_mean=drawn.mean(axis=0),
        random_percentile=np.percentile(drawn, percentile, axis=0),
    )


def leading(eigenvalues: FloatArray, bounds: FloatArray) -> int:
    """Count the eigenvalues above their bounds up to the first one that is not."""
    below = np.flatnonzero(eigenvalues <= bounds)
    return int(below[0]) if below.size else len(eigenvalues)


def _respondents(moments: Moments) -> float:
    """Return the n of the random data: the effective one, of the pair with fewest respondents."""
    return moments.effective_n * float(moments.counts.min()) / moments.n


def _descending(correlation: FloatArray) -> FloatArray:
    ascending: FloatArray = np.linalg.eigvalsh(correlation).astype(np.float64, copy=False)
    return ascending[..., ::-1]


def _normal_eigenvalues(
    n: float, size: int, simulations: int, rng: np.random.Generator
) -> FloatArray:
    """Draw correlation matrices of independent normal answers without drawing the answers.

    Bartlett (1933): their covariance is AA', A lower triangular with the root of χ²(n - 1 - i) on
    its diagonal and standard normal numbers below. The cost does not depend on n, which need not
    be whole.
    """
    found = []
    block = max(1, ENTRIES_AT_A_TIME // size**2)
    for done in range(0, simulations, block):
        count = min(block, simulations - done)
        root = np.tril(rng.standard_normal((count, size, size)), -1)
        diagonal = np.sqrt(rng.chisquare(n - 1 - np.arange(size), size=(count, size)))
        root[:, np.arange(size), np.arange(size)] = diagonal
        root /= np.sqrt(np.square(root).sum(axis=2, keepdims=True))  # to correlations
        found.append(_descending(root @ root.transpose(0, 2, 1)))
    return np.concatenate(found)


def _permuted_eigenvalues(moments: Moments, rng: np.random.Generator) -> FloatArray:
    """Shuffle every item's answers among those who answered it."""
    columns = []
    for column in moments.columns:
        shuffled = column.copy()
        present = ~np.isnan(column)
        shuffled[present] = rng.permutation(column[present])
        columns.append(shuffled)
    return _descending(Moments.of(moments.names, columns, moments.sample).correlation)


ALONE = "One item has one dimension."


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
    simulations = _checked(random_data, percentile, htmt, simulations)
    method = one_stream(method)
    instrument, as_read, absent = applied(responses, instrument, items)
    wanted = items if instrument is None else instrument.item_names
    recoded = () if instrument is None else to_recode(responses, instrument)
    moments = moments_of(
        responses, wanted, covariances, recoded=recoded, what="dimensionality", alone=ALONE
    )
    chance: dict[str, Any] = {
        "random_data": random_data,
        "simulations": simulations,
        "percentile": percentile,
    }
    found = parallel_analysis(moments, **chance, rng=random_generator(rng))
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
        suggested=leading(found.eigenvalues, found.random_percentile),
        suggested_by_mean=leading(found.eigenvalues, found.random_mean),
        **chance,
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


def _checked(random_data: str, percentile: float, htmt: str, simulations: int) -> int:
    require_choice("random_data", random_data, get_args(RandomData))
    require_choice("htmt", htmt, get_args(HTMTConvention))
    if not 0 < finite(percentile) < 100:
        raise ParameterError(
            f"percentile must be > 0 and < 100, as in 95, but it is {percentile!r}."
        )
    return checked_whole("simulations", simulations, least=2)


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


def _blocks(instrument: Instrument, *, absolute: bool) -> Blocks:
    member = np.zeros((len(instrument.items), len(instrument.dimensions)))
    for column, place in enumerate(instrument.slices()):
        member[place, column] = 1.0
    return Blocks(instrument.dimension_names, member, absolute)
