"""A fitted structural model: estimates by group, computed when asked for, and the indices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, cast, get_args

from custvalue._checks import Generator, require_choice
from custvalue._inference.bootstrap import Bootstrap
from custvalue._inference.resamples import Resamples
from custvalue._respondents.responses import Responses
from custvalue._results.base import Base
from custvalue._results.design import design_note
from custvalue._results.layout import Row, Tabulated, rows_of, shown
from custvalue._results.pictured import Pictured
from custvalue._structural.answered import Answered, gathered
from custvalue._structural.collinearity import Collinearity, collinearity
from custvalue._structural.discriminant import htmt_of
from custvalue._structural.engine import Engine
from custvalue._structural.estimates import StructuralEstimate, StructuralEstimates
from custvalue._structural.groups import GROUPS
from custvalue._structural.importance_performance import StructuralMap, structural_map
from custvalue._structural.index import WeightConvention, checked_shares
from custvalue._structural.index_result import ConstructIndex, IndexShare
from custvalue._structural.model_fit import ModelFit, model_fit
from custvalue._structural.moments import ItemMoments, kept_moments
from custvalue._structural.plan import Plan
from custvalue._structural.predicting import StructuralPrediction, predicted
from custvalue._structural.prediction import Antecedents
from custvalue._structural.predictive_power import PredictivePower, predictive_power
from custvalue._structural.reliability import ConstructReliability, construct_reliability
from custvalue._structural.scoring import GroupIndices, group_indices, scored
from custvalue._structural.settings import SCHEMES, SIGN_RULES, Settings
from custvalue._structural.solution import Solution
from custvalue._structural.statistics import Statistics
from custvalue._structural.structure import Structure
from custvalue._survey.discriminant import DiscriminantValidity, HTMTConvention
from custvalue._values import Record
from custvalue._words import count, one_line
from custvalue.errors import DataError, ParameterError

SHOWN_INDEX = "index, unstandardised"


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class StructuralFit(Pictured, Tabulated, Record):
    """A structural model with its estimates, from :meth:`Model.fit`.

    Parameters
    ----------
    model : Structure
        Constructs and paths.
    settings : Settings
        How it was estimated.
    moments : ItemMoments
        Means and covariances of the items, and who answered.
    known : dict of str to StructuralEstimates
        Estimates that were read from JSON; others are computed when they are asked for.
    failures : dict of str to int
        Why resamples failed, and how many did.
    """

    PICTURE: ClassVar[str] = "path_diagram"
    SHOWN: ClassVar[Mapping[str, str]] = shown("value: estimate, low, high, standard_error")

    model: Structure
    settings: Settings
    moments: ItemMoments
    known: dict[str, StructuralEstimates] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)

    _engine: ClassVar[Engine | None] = None  # of an object: what its numbers are computed from

    def __post_init__(self) -> None:
        if self.moments.items != self.model.item_names:
            raise DataError("the moments must be those of the items of the model, in its order.")
        lacking = [name for name in GROUPS if name not in self.known] if self.known else []
        if lacking:
            raise DataError(f"the estimates lack {lacking[0]!r}.")
        for name, its in self.known.items():
            if its.labels != GROUPS[name].labels(self.plan):
                raise DataError(f"the estimates {name!r} are not those of this model.")

    # --- what it is made of ---------------------------------------------------------------------

    @property
    def plan(self) -> Plan:
        """The model as arrays."""
        return self._engined.plan

    @property
    def solution(self) -> Solution:
        """The estimates as arrays, of one sample."""
        return self._engined.solution

    @property
    def _engined(self) -> Engine:
        """The engine, which a fit from JSON makes when it is asked for it."""
        if self._engine is None:
            object.__setattr__(self, "_engine", Engine.of(self.model, self.moments, self.settings))
        return cast("Engine", self._engine)

    @property
    def answered(self) -> Answered:
        """The answers behind it, which a fit read from JSON does not have."""
        found = self._engined.answered
        if found is None:
            raise ParameterError(
                "this fit was read from JSON, which holds no answers. Fit the model again: "
                "model.fit(answers)."
            )
        return found

    @property
    def n(self) -> int:
        """Respondents used."""
        return self.moments.n

    @property
    def effective_n(self) -> float:
        """Kish's effective number of respondents."""
        return self.moments.effective_n

    @property
    def base(self) -> Base:
        """Who answered, who is excluded and why, and which answers are missing."""
        return self.moments.base

    @property
    def converged(self) -> bool:
        """Whether the weights settled."""
        return bool(self.solution.converged[0])

    @property
    def iterations(self) -> int:
        """Rounds until the weights settled."""
        return int(self.solution.iterations[0])

    # --- estimates by group ---------------------------------------------------------------------

    @property
    def paths(self) -> StructuralEstimates:
        """Path coefficients: ``fit.paths["Image", "Loyalty"]``."""
        return self.estimates("paths")

    @property
    def total_effects(self) -> StructuralEstimates:
        """Effects along all ways from one construct to another."""
        return self.estimates("total_effects")

    @property
    def loadings(self) -> StructuralEstimates:
        """Correlations of items with their construct: ``fit.loadings["imag1"]``."""
        return self.estimates("loadings")

    @property
    def weights(self) -> StructuralEstimates:
        """Weights of standardised items in scores of variance 1."""
        return self.estimates("weights")

    @property
    def r_squared(self) -> StructuralEstimates:
        """Share of the variance of a construct that is explained: ``fit.r_squared["Loyalty"]``."""
        return self.estimates("r_squared")

    @property
    def f_squared(self) -> StructuralEstimates:
        """What R² loses without a path, over what it leaves unexplained (Cohen 1988)."""
        return self.estimates("f_squared")

    def estimates(self, group: str) -> StructuralEstimates:
        """Return the estimates of one group by its name.

        Parameters
        ----------
        group : str
            ``paths``, ``loadings``, … or ``index, unstandardised``.

        Raises
        ------
        ParameterError
            If there is no such group.
        """
        require_choice("group", group, tuple(GROUPS))
        if group in self.known:
            return self.known[group]
        made = self._engined.made
        if group not in made:
            made[group] = self._estimated(GROUPS[group])
        return made[group]

    def _estimated(self, its: Statistics) -> StructuralEstimates:
        """Compute the estimates of one group."""
        labels, values = its.labels(self.plan), its.values(self.solution)[0]
        fixed = its.fixed(self.plan, len(labels))
        fields = self._fields(its, fixed)
        ends = self._ends(its, len(labels))
        estimates = [
            StructuralEstimate(
                name=" -> ".join(label) if its.heads[0] == "source" else label[-1],
                value=float(value),
                n=self.n,
                bounds=bounds,
                usual_method=its.usual,
                **{"effective_n": self.effective_n, **own},
            )
            for label, value, bounds, own in zip(labels, values, ends, fields, strict=True)
        ]
        return StructuralEstimates.model_construct(
            title=its.title,
            heads=its.heads,
            labels=labels,
            estimates=tuple(estimates),
            notes=tuple(self._how()),
        )

    def _ends(self, group: Statistics, count: int) -> list[tuple[float, float] | None]:
        """Return the ends that each number of a group cannot pass."""
        if group.ends is None:
            beyond = self.settings.consistent  # what is corrected may pass an end: warned of
            return [None if beyond else group.bounds] * count
        return [(low, high) for low, high in group.ends(self.solution).tolist()]

    def _fields(self, group: Statistics, fixed: Any) -> list[dict[str, Any]]:
        """Return what errors and resamples say of each number, by the names of fields."""
        found = self._engined.errors(group.name)
        exact = {"standard_error": None}
        return [exact if known else its for its, known in zip(found, fixed, strict=True)]

    # --- indices --------------------------------------------------------------------------------

    def index(
        self, construct: str, convention: WeightConvention = "unstandardised"
    ) -> ConstructIndex:
        """Return the index of a construct on 0-100.

        Parameters
        ----------
        construct : str
            Its name.
        convention : {"unstandardised", "standardised", "equal"}
            What is done to the weights of its standardised items: divided by the standard
            deviations of the items, as in the published index; nothing; or all the same.

        Raises
        ------
        EstimationError
            If weights of a construct cancel each other.
        ParameterError
            If there is no such construct or convention.
        """
        require_choice("construct", construct, self.model.names)
        require_choice("convention", convention, get_args(WeightConvention))
        place = self.model.names.index(construct)
        block = self.plan.blocks[place]
        shares = checked_shares(self.solution, convention)[block]
        parts = zip(
            self.plan.items[block],
            self.solution.weights[0, block].tolist(),
            shares.tolist(),
            self.moments.means[block].tolist(),
            strict=True,
        )
        return ConstructIndex(
            estimate=self.estimates(f"index, {convention}").estimates[place],
            name=construct,
            convention=convention,
            parts=tuple(IndexShare(*its) for its in parts),
            base=self.base,
        )

    def scores(
        self,
        responses: Any = None,
        *,
        convention: WeightConvention = "unstandardised",
    ) -> Responses:
        """Return the score of every respondent on every construct, 0-100, as Responses.

        They have the weights, labels and clusters of the answers, so that groups, waves, leagues
        and all else of :mod:`custvalue.comparing` can be asked of them.

        Parameters
        ----------
        responses : Responses, or mapping or sequence of Responses, optional
            Other answers to the same items, scored by the weights of this fit; by default those
            of the fit.
        convention : {"unstandardised", "standardised", "equal"}
            What is done to the weights, as in :meth:`index`.

        Raises
        ------
        DataError
            If an item is not among the answers, or a negative weight takes a score off 0 to 100.
        ParameterError
            If there is no such convention, or the fit was read from JSON and no answers are given.
        """
        require_choice("convention", convention, get_args(WeightConvention))
        found = self.answered if responses is None else gathered(self.plan, responses)
        return scored(self.plan, found, checked_shares(self.solution, convention))

    def index_by(
        self, label: str, construct: str, convention: WeightConvention = "unstandardised"
    ) -> GroupIndices:
        """Return the index of a construct in every group, by the weights of the whole fit.

        Parameters
        ----------
        label : str
            ``group``, ``wave``, ``cluster`` or another label of the answers, also by the name of
            its column: ``dealer``.
        construct : str
            Its name.
        convention : {"unstandardised", "standardised", "equal"}
            What is done to the weights, as in :meth:`index`.

        Raises
        ------
        DataError
            If there is no such label, or as :meth:`scores`.
        ParameterError
            If there is no such construct or convention, or the fit was read from JSON.
        """
        require_choice("construct", construct, self.model.names)
        scores = self.scores(convention=convention)
        return group_indices(scores, construct, convention, label, self.base)

    # --- diagnostics ----------------------------------------------------------------------------

    @property
    def reliability(self) -> ConstructReliability:
        """How reliably constructs are measured: alpha, rho_A, composite reliability, AVE."""
        return construct_reliability(self)

    @property
    def htmt(self) -> DiscriminantValidity:
        """Whether constructs are distinct: heterotrait-monotrait ratios of sizes (HTMT+)."""
        return self.discriminant_validity()

    def discriminant_validity(
        self, *, convention: HTMTConvention = "absolute", method: Bootstrap | None = None
    ) -> DiscriminantValidity:
        """Return the heterotrait-monotrait ratio of every pair of reflective constructs.

        Parameters
        ----------
        convention : {"absolute", "original"}
            Whether sizes of correlations are averaged (HTMT+), or their values.
        method : Bootstrap, optional
            Resamples for the limits; linearised without it.

        Raises
        ------
        ParameterError
            If an argument is unknown, the fit was read from JSON, or fewer than two constructs are
            reflective.
        """
        return htmt_of(self, convention, method)

    @property
    def vif(self) -> Collinearity:
        """Variance inflation of predictors, of items in their block, and of constructs in full."""
        return collinearity(self)

    def model_fit(self, method: Bootstrap | None = None) -> ModelFit:
        """Return SRMR and d_ULS: how well correlations of the items are reproduced.

        Parameters
        ----------
        method : Bootstrap, optional
            Resamples for P of exact fit.

        Raises
        ------
        DataError
            If resamples are requested and answers are missing.
        ParameterError
            If `method` is no Bootstrap, or resamples are requested of a fit from JSON.
        """
        return model_fit(self, method)

    def importance_performance(self, target: str) -> StructuralMap:
        """Place the constructs that lead to a target by importance and performance (IPMA).

        Parameters
        ----------
        target : str
            A construct to which paths lead.

        Raises
        ------
        ParameterError
            If there is no such construct, or no path leads to it.

        Warns
        -----
        DataWarning
            If a weight is negative, so that an index is no performance.
        """
        return structural_map(self, target)

    def predict(
        self, holdout: Any, *, antecedents: Antecedents = "earliest"
    ) -> StructuralPrediction:
        """Predict the items and indices of constructs to which paths lead, for other respondents.

        Parameters
        ----------
        holdout : Responses, or mapping or sequence of Responses
            Answers to the items that predict, on the scales of the fit, without gaps unless they
            are prorated; where the predicted items are answered too, errors are told.
        antecedents : {"earliest", "direct"}
            Whether constructs are predicted from those without predecessors, or from those next
            before them, whose items must then be answered.

        Raises
        ------
        DataError
            If an item that predicts is absent or has a gap, or a scale is another one.
        ParameterError
            If `holdout` holds no Responses, or `antecedents` is unknown.
        """
        return predicted(self, holdout, antecedents)

    def predictive_power(
        self,
        *,
        folds: int = 10,
        repeats: int = 10,
        antecedents: Antecedents = "earliest",
        rng: Generator = None,
    ) -> PredictivePower:
        """Predict each fold of the respondents by a model that was fitted without it (PLSpredict).

        Parameters
        ----------
        folds : int
            Parts of the respondents (of the clusters, where there are any), at least 2.
        repeats : int
            How often they are parted anew.
        antecedents : {"earliest", "direct"}
            As in :meth:`predict`.
        rng : numpy.random.Generator, int or None
            Source of randomness.

        Raises
        ------
        DataError
            If answers are missing.
        EstimationError
            If no fold has a solution.
        ParameterError
            If an argument is out of its domain, or the fit was read from JSON.
        """
        return predictive_power(
            self, folds=folds, repeats=repeats, antecedents=antecedents, rng=rng
        )

    # --- print and JSON -------------------------------------------------------------------------

    def to_json(self, *, indent: int | None = None) -> str:
        """Write this fit with all of its estimates as JSON text; the answers stay here.

        Parameters
        ----------
        indent : int, optional
            Spaces of indentation; one line without it.
        """
        return super(StructuralFit, self.settled()).to_json(indent=indent)

    def settled(self) -> StructuralFit:
        """Return a fit with all of its estimates computed, and without the answers behind it."""
        return replace(self, known={name: self.estimates(name) for name in GROUPS})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StructuralFit) and self.to_json() == other.to_json()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return one_line(
            "StructuralFit",
            constructs=len(self.model.constructs),
            items=len(self.moments.items),
            n=self.n,
            scheme=self.settings.scheme,
            consistent=self.settings.consistent,
        )

    def _rows(self, level: float) -> Sequence[Row]:
        groups = (self.paths, self.r_squared, self.estimates(SHOWN_INDEX))
        kinds = ("path", "R²", "index 0-100")
        return [
            Row(
                row.label if kind == "path" else f"{kind} {row.label}",
                {"kind": kind, "name": row.label, **its.row(level)},
            )
            for kind, group in zip(kinds, groups, strict=True)
            for row, its in zip(rows_of(group, level), group.estimates, strict=True)
        ]

    def _title(self) -> str:
        how = (
            "consistent partial least squares"
            if self.settings.consistent
            else "partial least squares"
        )
        return f"Structural model, {how}"

    def _notes(self) -> Iterable[str]:
        yield from self._how()
        yield design_note((*self.paths, *self.r_squared, *self.estimates(SHOWN_INDEX)))

    def _how(self) -> Iterator[str]:
        """Say how it was estimated, and from whom."""
        its = self.settings
        yield (
            f"Scheme {its.scheme}: {SCHEMES[its.scheme]}. Items {its.scaling}. Signs: "
            f"{SIGN_RULES[its.signs]}. {count(self.iterations, 'round')}, tolerance "
            f"{its.tolerance:g}."
        )
        if self.failures:
            each = "; ".join(f"{n:,} because {why}" for why, n in self.failures.items())
            yield f"{sum(self.failures.values()):,} resamples failed: {each}"
        yield str(self.base)


def fit_of(
    model: Structure,
    settings: Settings,
    answered: Answered,
    solution: Solution,
    resamples: Resamples | None,
) -> StructuralFit:
    """Put a fit together, with the answers from which errors are computed."""
    made = StructuralFit(
        model=model,
        settings=settings,
        moments=kept_moments(answered),
        failures=dict(resamples.reasons) if resamples else {},
    )
    object.__setattr__(made, "_engine", Engine(solution, answered, resamples))
    return made
