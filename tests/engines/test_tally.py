"""Surveys counted in an engine: the numbers that the answers have in memory."""

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from lazy_engines import EVERY, engine_of

from custvalue import drivers, satisfaction
from custvalue.errors import DataError, EstimationError, ParameterError
from custvalue.survey import Bootstrap, Responses, Scale, Tally, cronbach_alpha, tally

TEN = Scale(0, 10, missing_codes=(99,))
SEVEN = Scale(1, 7)
ITEMS = ["recommend", "service", "price"]


def survey(n=500, seed=3):
    random = np.random.default_rng(seed)
    level = random.normal(6.5, 1.5, (n, 1))
    answers = np.clip(np.rint(level + random.normal(0, 1.5, (n, 3))), 0, 10)
    answers[random.random((n, 3)) < 0.02] = np.nan
    answers[random.random((n, 3)) < 0.02] = 99
    columns = dict(zip(ITEMS, answers.T, strict=True))
    site = random.integers(0, 14, n)
    return columns | {
        "region": np.where(site % 3 > 0, "north", "south"),
        "site": site,
        "weight": random.gamma(4, 0.25, n) * (random.random(n) > 0.01),
        "wave": random.choice([2025, 2026], n),
    }


COLUMNS = survey()
DESIGNS = [{}, {"weights": "weight"}, {"cluster": "site"}, {"weights": "weight", "cluster": "site"}]


def arrow(columns):
    """Return a table in which a missing answer is null, and NaN in the last item."""
    made = {}
    for name, values in columns.items():
        gaps = name in ITEMS[:2]
        made[name] = pa.array(values, from_pandas=True) if gaps else pa.array(values)
    return pa.table(made)


def in_memory(item, group=None, by="region", **design):
    rows = slice(None) if group is None else COLUMNS[by] == group
    columns = {name: values[rows] for name, values in COLUMNS.items()}
    return Responses.from_frame(columns, [item], scale=TEN, missing="drop", **design)


def assert_alike(one, other, digits=1e-12):
    for name in ("value", "standard_error", "n", "effective_n", "degrees_of_freedom"):
        expected = getattr(other, name)
        known = expected if expected is None else pytest.approx(expected, rel=digits)
        assert getattr(one, name) == known, name


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("design", DESIGNS, ids=lambda design: " ".join(design) or "equal")
def test_scores_and_shares_are_those_in_memory(name, design):
    counted = tally(
        engine_of(name).lazy(arrow(COLUMNS)), items=ITEMS, scale=TEN, by="region", **design
    )
    assert counted.groups == ("north", "south")
    for item in ITEMS:
        known = in_memory(item, **design)
        asked = counted.question(item)
        nps = satisfaction.net_promoter_score(known)
        found = satisfaction.net_promoter_score(asked)
        assert_alike(found.estimate, nps.estimate)
        assert_alike(found.mean, nps.mean)
        assert (found.promoters, found.passives) == (nps.promoters, nps.passives)
        assert found.base == nps.base
        top, there = (satisfaction.top_box(its, boxes=2) for its in (asked, known))
        assert_alike(top.estimate, there.estimate)
        assert_alike(top.index, there.index)
        net, there = (satisfaction.net_score(its, boxes=3) for its in (asked, known))
        assert_alike(net.estimate, there.estimate)


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("design", DESIGNS[:2], ids=lambda design: " ".join(design) or "equal")
def test_groups_are_those_in_memory(name, design):
    counted = tally(
        engine_of(name).lazy(arrow(COLUMNS)), items=ITEMS, scale=TEN, by="wave", **design
    )
    assert counted.groups == (2025, 2026)
    for group in counted.groups:
        known = satisfaction.net_promoter_score(in_memory("recommend", group, by="wave", **design))
        found = satisfaction.net_promoter_score(counted.question("recommend", group=group))
        assert_alike(found.estimate, known.estimate)


@pytest.mark.parametrize("design", DESIGNS, ids=lambda design: " ".join(design) or "equal")
@pytest.mark.parametrize("by", [None, "region", "wave"])
def test_differences_and_indices_are_those_of_the_complete_rows(design, by):
    counted = tally(pl.LazyFrame(COLUMNS), items=ITEMS, scale=TEN, by=by, **design)
    for group in (None, *counted.groups):
        gap = counted.difference("service", "recommend", group=group)
        index = counted.mean({"service": 0.5, "price": 0.3, "recommend": 0.2}, group=group)
        total = counted.mean({"service": 2, "price": -1}, group=group)
        rows = np.ones(len(COLUMNS["site"]), bool) if group is None else COLUMNS[by] == group
        x = np.column_stack([COLUMNS[item] for item in ITEMS])
        rows &= ((x <= 10).all(axis=1)) & (COLUMNS["weight"] > 0 if "weights" in design else True)
        w = COLUMNS["weight"][rows] if "weights" in design else np.ones(int(rows.sum()))
        x, site = x[rows], COLUMNS["site"][rows]
        for found, d in (
            (gap, x[:, 1] - x[:, 0]),
            (index, x @ [0.2, 0.5, 0.3]),
            (total, 2 * x[:, 1] - x[:, 2]),
        ):
            mean, n = w @ d / w.sum(), len(d)
            assert found.value == pytest.approx(mean, rel=1e-12)
            assert found.n == n
            if "cluster" not in design:
                variance = n / (n - 1) * np.sum((w * (d - mean)) ** 2) / w.sum() ** 2
                assert found.effective_n == pytest.approx(w.sum() ** 2 / (w @ w), rel=1e-12)
            else:  # CR2 of clusters in one stratum
                added = np.array([(w * (d - mean))[site == s].sum() for s in np.unique(site)])
                share = np.array([w[site == s].sum() for s in np.unique(site)]) / w.sum()
                variance = np.sum((added / w.sum()) ** 2 / (1 - share))
            assert found.standard_error == pytest.approx(np.sqrt(variance), rel=1e-9)
    assert index.default_method == "beta"
    assert (gap.bounds, total.bounds) == ((-10, 10), (-10, 20))


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("design", DESIGNS, ids=lambda design: " ".join(design) or "equal")
def test_alpha_is_that_in_memory(name, design):
    counted = tally(
        engine_of(name).lazy(arrow(COLUMNS)), items=ITEMS, scale=TEN, by="wave", **design
    )
    known = Responses.from_frame(COLUMNS, ITEMS, scale=TEN, missing="drop", **design)
    found, there = counted.alpha(), cronbach_alpha(known)
    assert_alike(found, there, 1e-9)
    one, other = found.confidence_interval(), there.confidence_interval(method="linearised")
    assert (one.low, one.high) == pytest.approx((other.low, other.high), rel=1e-9)
    assert found.default_method == "linearised"
    if "cluster" not in design:
        rows = COLUMNS["wave"] == 2026
        some = {name: values[rows] for name, values in COLUMNS.items()}
        known = Responses.from_frame(some, ITEMS, scale=TEN, missing="drop", **design)
        assert_alike(counted.alpha(group=2026), cronbach_alpha(known), 1e-9)


def test_what_is_counted_has_no_order():
    order = np.random.default_rng(1).permutation(len(COLUMNS["site"]))
    shuffled = {name: values[order] for name, values in COLUMNS.items()}
    one, other = (
        tally(pl.LazyFrame(its), items=ITEMS, scale=TEN, by="region", cluster="site")
        for its in (COLUMNS, shuffled)
    )
    assert one == other
    assert Tally.from_json(one.to_json()) == one


def test_scales_with_other_ends_steps_and_directions():
    random = np.random.default_rng(4)
    for scale in (
        SEVEN,
        Scale(-2, 2, step=0.5),
        Scale(0, 100, step=20),
        Scale(1, 5, direction="lower is better"),
    ):
        places = random.integers(0, round((scale.high - scale.low) / scale.step) + 1, 80)
        answers = scale.low + places * scale.step
        other = answers[::-1]
        counted = tally(pl.LazyFrame({"a": answers, "b": other}), items=["a", "b"], scale=scale)
        for boxes in (1, -1):
            found = satisfaction.top_box(counted.question("a"), boxes=boxes)
            assert found == satisfaction.top_box(
                Responses.from_arrays(answers, scale=scale, items=["a"], missing="drop"),
                boxes=boxes,
            )
        assert counted.mean({"a": 1}).value == pytest.approx(answers.mean(), rel=1e-12)
        assert counted.mean({"a": 1}).bounds == (scale.low, scale.high)
        assert counted.difference("a", "b").value == pytest.approx(
            float(np.mean(answers - other)), abs=1e-12
        )


def test_a_tally_is_a_table_of_means():
    frame = {"a": [1, 2, 2, None], "b": [7, 7, 7, 7], "g": ["y", "x", "x", "z"]}
    counted = tally(pl.LazyFrame(frame), items=["a", "b"], scale=SEVEN, by="g")
    columns = counted.columns()
    assert columns["group"].tolist() == ["x", "x", "y", "y", "z", "z"]
    assert columns["answers"].tolist() == [2, 2, 1, 1, 0, 1]
    np.testing.assert_array_equal(columns["mean"], [2, 7, 1, 7, np.nan, 7])
    assert repr(counted) == "Tally(respondents=4, items=2, groups=3, clusters=0, scale='1-7')"
    assert repr(counted.question("a")) == "TalliedAnswers('a', scale='1-7', 3 answers)"
    assert satisfaction.top_box(counted.question("b")).standard_error == 0


FEW = {"a": [1, 2, 7], "b": [3.0, 4, 5], "g": ["x", "y", "y"], "w": [1.0, 0.5, 2]}


def few(options=None, **columns):
    given = {"items": ["a", "b"], "scale": SEVEN, **(options or {})}
    return tally(pl.LazyFrame({**FEW, **columns}), **given)


HINT = "Correct these rows, or leave them out in the engine."
CASES = {
    "in memory": (
        lambda: tally(FEW, items=["a"], scale=SEVEN),
        DataError,
        (
            "tally needs lazy answers, but it is a dict. Use Responses.from_frame for answers in "
            "memory."
        ),
    ),
    "a frame in memory": (
        lambda: tally(pl.DataFrame(FEW), items=["a"], scale=SEVEN),
        DataError,
        (
            "tally needs lazy answers, but it is a DataFrame. Use Responses.from_frame for "
            "answers in memory."
        ),
    ),
    "nobody": (
        lambda: tally(pl.LazyFrame(FEW).head(0), items=["a"], scale=SEVEN),
        DataError,
        "there are no respondents with a weight. Give at least one.",
    ),
    "one item, not in a list": (
        lambda: few({"items": "a"}),
        ParameterError,
        "items must be a list of columns, as in ['recommend'], but it is 'a'.",
    ),
    "an item twice": (
        lambda: few({"items": ["a", "a"]}),
        ParameterError,
        "items must be different, but they are 'a', 'a'.",
    ),
    "no steps": (
        lambda: few({"scale": Scale(0, 1, step=None)}),
        ParameterError,
        (
            "scale must have steps, because answers are counted, but it is Scale(low=0, high=1, "
            "step=None)."
        ),
    ),
    "an answer off the scale": (
        lambda: few(a=[1, 8, 9]),
        DataError,
        f"a must be an answer from 1 to 7 in steps of 1, but 2 rows are not, such as 8. {HINT}",
    ),
    "an infinite answer": (
        lambda: few(b=[1.0, float("inf"), 2]),
        DataError,
        f"b must be an answer from 1 to 7 in steps of 1, but 1 row is not, such as inf. {HINT}",
    ),
    "an answer between steps": (
        lambda: few({"scale": Scale(1, 7, missing_codes=(98, 99))}, b=[1.5, 98, 99]),
        DataError,
        (
            "b must be an answer from 1 to 7 in steps of 1, or 98 or 99 for no answer, but 1 row "
            f"is not, such as 1.5. {HINT}"
        ),
    ),
    "words": (
        lambda: few(a=["good", "bad", "good"]),
        DataError,
        "a must hold numbers, but it is String. Cast it in its engine.",
    ),
    "a missing group": (
        lambda: few({"by": "g"}, g=["x", None, "y"]),
        DataError,
        f"g must be present, but 1 row is not. {HINT}",
    ),
    "groups that are fractions": (
        lambda: few({"by": "b"}),
        DataError,
        "b must hold whole numbers or text, but it is Float64. Cast it in its engine.",
    ),
    "a negative weight": (
        lambda: few({"weights": "w"}, w=[1, -1, None]),
        DataError,
        f"w must be a number >= 0, but 2 rows are not, such as -1. {HINT}",
    ),
    "no such item": (
        lambda: few().question("A"),
        ParameterError,
        "there is no item 'A', only 'a', 'b'. Did you mean 'a'?",
    ),
    "no such group": (
        lambda: few({"by": "g"}).difference("a", "b", group="z"),
        ParameterError,
        "group must be one of the groups, 'x', 'y', or None for all respondents, but it is 'z'.",
    ),
    "a group of none": (
        lambda: few().mean(group="x"),
        ParameterError,
        "group must be one of the groups, none, or None for all respondents, but it is 'x'.",
    ),
    "no coefficient": (
        lambda: few().mean({"a": float("nan")}),
        ParameterError,
        "coefficients['a'] must be a number, but it is nan.",
    ),
    "nobody answered it": (
        lambda: few(b=[None, None, float("nan")]).question("b"),
        DataError,
        "nobody answered 'b', so nothing is known of it.",
    ),
    "nobody answered all": (
        lambda: few(b=[None, None, float("nan")]).difference("a", "b"),
        DataError,
        "nobody answered all items, so their means cannot be combined.",
    ),
    "alpha of one item": (
        lambda: few({"items": ["a"]}).alpha(),
        DataError,
        (
            "Cronbach's alpha needs at least 2 items, and 2 respondents who answered all of them, "
            "but there are 1 and 3. Count more items, or collect more answers."
        ),
    ),
    "alpha of like totals": (
        lambda: few(a=[1, 2, 3], b=[3, 2, 1]).alpha(),
        DataError,
        "Cronbach's alpha needs respondents who differ, but all have the same total score.",
    ),
    "another scale": (
        lambda: satisfaction.top_box(few().question("a"), scale=Scale(1, 5)),
        ParameterError,
        "scale must be that of the tally, 1-7, but it is 1-5. Omit it.",
    ),
    "other weights": (
        lambda: satisfaction.top_box(few().question("a"), weights=[1, 2, 3]),
        ParameterError,
        (
            "weights is for answers one by one, but these were counted in an engine. Omit "
            "weights, or make the tally with it."
        ),
    ),
    "a net promoter score of another scale": (
        lambda: satisfaction.net_promoter_score(few().question("a")),
        ParameterError,
        (
            "net_promoter_score needs answers on Scale(0, 10), but the scale is Scale(low=1, "
            "high=7). Promoters and detractors are defined on 0 to 10 only: ask that question, or "
            "report top_box(answers, scale=Scale(low=1, high=7), boxes=1) under its own name."
        ),
    ),
}


@pytest.mark.parametrize(("call", "error", "message"), CASES.values(), ids=CASES)
def test_bad_input_is_refused_word_for_word(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert type(caught.value) is error
    assert str(caught.value) == message


# --- drivers ----------------------------------------------------------------------------------

ERRORS = (
    "value",
    "standard_error",
    "n",
    "effective_n",
    "degrees_of_freedom",
    "design_effect",
    "intraclass_correlation",
)


def counted_with_drivers(name="polars", **design):
    lazy = engine_of(name).lazy(arrow(COLUMNS))
    return tally(lazy, items=ITEMS, scale=TEN, by="region", drivers=True, **design)


def answers_of(group, **design):
    rows = slice(None) if group is None else COLUMNS["region"] == group
    columns = {name: values[rows] for name, values in COLUMNS.items()}
    return Responses.from_frame(columns, ITEMS, scale=TEN, missing="drop", **design)


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("design", DESIGNS, ids=lambda design: " ".join(design) or "equal")
@pytest.mark.parametrize("group", [None, "south"])
def test_drivers_are_those_in_memory_with_their_errors(name, design, group):
    counted, known = counted_with_drivers(name, **design), answers_of(group, **design)
    counted = counted if group is None else counted.of_group(group)
    for decomposition in ("lmg", "johnson", "regression", "correlation"):
        found = drivers.importance(counted, "recommend", decomposition=decomposition)
        there = drivers.importance(known, "recommend", decomposition=decomposition)
        assert found.n == there.n
        for one, other in zip(found.drivers, there.drivers, strict=True):
            assert (one.name, one.rank, one.suppressed) == (
                other.name,
                other.rank,
                other.suppressed,
            )
            for part in ("correlation", "coefficient", "vif"):
                assert getattr(one, part) == pytest.approx(getattr(other, part), rel=1e-10)
        pairs = [(found.r_squared, there.r_squared)]
        for one, other in zip(found.drivers, there.drivers, strict=True):
            pairs += [(one.importance, other.importance)]
            pairs += [(one.share, other.share)] if one.share else []
        for one, other in pairs:
            for field in ERRORS:
                expected = getattr(other, field)
                near = expected if expected is None else pytest.approx(expected, rel=1e-7, abs=1e-9)
                assert getattr(one, field) == near, (decomposition, field)


def test_products_of_four_are_what_a_loop_adds_up():
    random = np.random.default_rng(2)
    columns = {name: random.integers(1, 6, 12).astype(float) for name in ("a", "b", "c")}
    columns["w"] = random.random(12)
    lazy = engine_of("duckdb").lazy(pa.table(columns))
    counted = tally(
        lazy, items=["a", "b", "c"], scale=Scale(1, 5), weights="w", drivers=True
    ).fourths
    z = np.column_stack([np.ones(12), *(columns[name] - 3 for name in ("a", "b", "c"))])
    fours = [
        (a, b, c, d)
        for a in range(4)
        for b in range(a, 4)
        for c in range(b, 4)
        for d in range(c, 4)
    ]
    for power, row in ((1, 0), (2, 1)):
        expected = [
            sum(columns["w"] ** power * z[:, a] * z[:, b] * z[:, c] * z[:, d])
            for a, b, c, d in fours
        ]
        assert counted[0, row] == pytest.approx(np.array(expected))


def test_importance_of_a_tally_keeps_no_respondents():
    found = drivers.importance(counted_with_drivers(), "recommend")
    assert drivers.DriverImportance.from_json(found.to_json()) == found
    assert str(found).startswith("Importance for recommend, lmg")
    assert (found.answers, found.overall) == ((), "recommend")
    said = (
        "this importance was computed from answers counted in an engine, where the respondents "
        "stayed. Resamples, noise floor, probabilities of ranks, dominance and expected changes "
        "need them: read the answers as Responses."
    )
    for call in (
        found.answered,
        found.dominance,
        lambda: found.noise_floor(10, rng=1),
        lambda: found.resampled(Bootstrap(10, rng=1)),
        lambda: found.confidence_interval(method=Bootstrap(10, rng=1)),
        lambda: found.rank_probabilities(Bootstrap(10, rng=1)),
        lambda: drivers.what_if(found, {"price": 0.1}),
    ):
        with pytest.raises(ParameterError) as error:
            call()
        assert str(error.value) == said


FOUR = pl.LazyFrame({"a": [1, 2, 3, 5], "b": [2, 2, 4, 5], "c": [5, 1, 3, 2]})
PLAIN = tally(FOUR, items=["a", "b", "c"], scale=Scale(1, 5))
FULL = tally(FOUR, items=["a", "b", "c"], scale=Scale(1, 5), drivers=True)
MANY = pl.LazyFrame({f"q{place}": [1, 2] for place in range(11)})
SAME = tally(FOUR.with_columns(c=pl.lit(3)), items=["a", "b", "c"], scale=Scale(1, 5), drivers=True)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: drivers.importance(PLAIN, "a"),
            ParameterError,
            (
                "this tally has no products of four answers, which the errors of importance need. "
                "Count again, with survey.tally(..., drivers=True)."
            ),
        ),
        (
            lambda: drivers.importance(FULL, "d"),
            ParameterError,
            "overall must be the name of an item, one of 'a', 'b', 'c', but it is 'd'.",
        ),
        (
            lambda: drivers.importance(FULL, None),
            ParameterError,
            "overall must be the name of an item, one of 'a', 'b', 'c', but it is None.",
        ),
        (
            lambda: drivers.importance(FULL, "a", covariances="pairwise"),
            ParameterError,
            (
                "covariances='pairwise' needs the respondents, who stayed in their engine: a tally "
                "gives R² of those who answered everything. Read the answers as Responses."
            ),
        ),
        (
            lambda: drivers.importance(FULL, "a", explained="tjur"),
            ParameterError,
            (
                "explained='tjur' needs the respondents, who stayed in their engine: a tally gives "
                "R² of those who answered everything. Read the answers as Responses."
            ),
        ),
        (
            lambda: drivers.importance(SAME, "a"),
            EstimationError,
            (
                "all answers to 'c' are equal, so that it goes with nothing. Leave it out, or "
                "collect more answers."
            ),
        ),
        (
            lambda: drivers.importance(
                tally(FOUR.head(3), items=["a", "b", "c"], scale=Scale(1, 5), drivers=True), "a"
            ),
            DataError,
            (
                "the importance of 2 drivers needs at least 4 respondents who answered everything, "
                "but there are 3. Leave drivers out, or collect more answers."
            ),
        ),
        (
            lambda: drivers.importance(
                tally(FOUR, items=["a"], scale=Scale(1, 5), drivers=True), "a"
            ),
            DataError,
            "there is no driver beside the overall question 'a'.",
        ),
        (
            lambda: tally(MANY, items=[*MANY.collect_schema()], scale=Scale(1, 5), drivers=True),
            ParameterError,
            (
                "drivers=True is for at most 10 items, because products of four answers are added "
                "up, but there are 11. Leave some out."
            ),
        ),
        (
            lambda: FULL.of_group("north"),
            ParameterError,
            (
                "group must be one of the groups, none, or None for all respondents, but it is "
                "'north'."
            ),
        ),
    ],
)
def test_drivers_that_cannot_be_had_of_a_tally(call, error, message):
    with pytest.raises(error) as found:
        call()
    assert str(found.value) == message
