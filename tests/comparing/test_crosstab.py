"""A banner table: its percentages against a group-by, its letters against tests of all pairs."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import pytest

from custvalue import comparing, datasets, satisfaction
from custvalue._inference.shares import proportion
from custvalue.comparing import Crosstab, crosstab
from custvalue.errors import DataError, ParameterError
from custvalue.survey import Codebook, Responses, Scale

SCALE = Scale(1, 5, missing_codes=(9,))


def frame(n=900, seed=3):
    rng = np.random.default_rng(seed)
    region = rng.choice(["east", "north", "south"], n, p=[0.3, 0.4, 0.3])
    lift = np.select([region == "north", region == "south"], [0.7, 0.2], 0.0)
    overall = np.clip(np.rint(rng.normal(3.3 + lift, 1.1)), 1, 5)
    overall[rng.random(n) < 0.04] = 9
    return {
        "overall": overall,
        "other": rng.integers(1, 6, n).astype(float),
        "weight": rng.uniform(0.3, 2.5, n),
        "region": region,
        "wave": rng.choice(["2026-Q1", "2026-Q2"], n),
    }


def read(data, **more):
    asked = {"weights": "weight", "wave": "wave", "labels": ["region"], "missing": "pairwise"}
    return Responses.from_frame(data, ["overall", "other"], scale=SCALE, **(asked | more))


@pytest.fixture(scope="module")
def answers():
    return read(frame())


@pytest.fixture(scope="module")
def table(answers):
    return crosstab(answers, "overall", by=["region", "wave"], second_level=0.9)


def test_percentages_are_those_of_a_weighted_group_by(table):
    data = pd.DataFrame(frame())
    data = data[data["overall"] != 9]
    shares = table.to_frame("pandas")
    for by in ("region", "wave"):
        sums = data.groupby([by, "overall"])["weight"].sum().unstack(fill_value=0.0)
        wanted = sums.div(sums.sum(axis=1), axis=0)
        for label, row in wanted.iterrows():
            here = shares[(shares["by"] == by) & (shares["column"] == label)].set_index("row")
            np.testing.assert_allclose(here["value"].to_numpy()[:5], row.to_numpy(), rtol=1e-12)
            np.testing.assert_allclose(here["value"]["top 2"], row[[4, 5]].sum(), rtol=1e-12)
            np.testing.assert_allclose(here["value"]["bottom 2"], row[[1, 2]].sum(), rtol=1e-12)
            np.testing.assert_allclose(here["value"]["mean"], row @ row.index, rtol=1e-12)
            own = data[data[by] == label]["weight"]
            assert here["n"].iloc[0] == len(own)
            np.testing.assert_allclose(
                here["effective_n"].iloc[0], own.sum() ** 2 / (own**2).sum(), rtol=1e-12
            )


# Newcombe (1998), table II, method 10: interval of the difference, which holds 0 or does not.
NEWCOMBE = [
    ((56, 70), (48, 80), (0.0524, 0.3339)),
    ((9, 10), (3, 10), (0.1705, 0.8090)),
    ((6, 7), (2, 7), (0.0582, 0.8062)),
    ((5, 56), (0, 29), (-0.0381, 0.1926)),
    ((0, 10), (0, 20), (-0.1611, 0.2775)),
    ((10, 10), (0, 20), (0.6791, 1.0)),
]


@pytest.mark.parametrize(("one", "other", "interval"), NEWCOMBE)
def test_letters_are_those_of_published_intervals(one, other, interval):
    counts = {"a": one, "b": other}
    answer = [float(k < hits) for hits, n in counts.values() for k in range(n)]
    group = [name for name, (_, n) in counts.items() for _ in range(n)]
    answers = Responses.from_frame(
        {"q": answer, "group": group}, ["q"], scale=Scale(0, 1), group="group"
    )
    table = crosstab(answers, "q", boxes=None, minimum_n=2)
    assert table["1"].letters == ("", "B" if interval[0] > 0 else "", "")
    assert table["0"].letters == ("", "", "A" if interval[0] > 0 else "")


def letters_by_hand(estimates, names, *, levels, correction):
    """Return the letters of one row from a comparison of all pairs."""
    result = comparing.compare(estimates, correction=correction)
    found = dict.fromkeys(estimates, "")
    for pair in result.differences:
        winner, loser = (pair.group, pair.against) if pair.value > 0 else (pair.against, pair.group)
        if pair.adjusted_p_value <= 1 - levels[0]:
            found[winner] += names[loser]
        elif pair.adjusted_p_value <= 1 - levels[1]:
            found[winner] += names[loser].lower()
    return ["".join(sorted(its, key=str.upper)) for its in found.values()]


@pytest.mark.parametrize("correction", ["none", "holm", "bonferroni", "benjamini-hochberg"])
@pytest.mark.parametrize("by", ["region", "wave", ("region", "wave")])
def test_letters_are_those_of_all_pairwise_tests(answers, correction, by):
    table = crosstab(answers, "overall", by=[by], second_level=0.8, correction=correction)
    parts = answers.by(*([by] if isinstance(by, str) else by))
    measures = [
        *(partial(share, chosen=[answer]) for answer in range(1, 6)),
        partial(share, chosen=[4, 5]),
        partial(share, chosen=[1, 2]),
        lambda its: its.mean("overall"),
    ]
    seen = set()
    names = dict(zip(map(str, parts), "ABCDEF", strict=False))
    for row, measure in zip(table.rows, measures, strict=True):
        estimates = {str(label): measure(part) for label, part in parts.items()}
        wanted = letters_by_hand(estimates, names, levels=(0.95, 0.8), correction=correction)
        assert [its.replace(" ", "") for its in row.letters[1:]] == wanted
        seen |= set("".join(wanted))
    assert seen or by == "wave"


def share(part, chosen):
    given = part.item("overall")
    hits = np.where(np.isnan(given), np.nan, np.isin(given, chosen))
    return proportion(hits, part.sample, name="share")


def test_waves_of_the_same_clusters_know_it():
    network = datasets.simulate_network(60, 3, answers=12, trend=0.15, rng=3)
    answers = Responses.from_frame(
        network.survey, ["satisfaction"], scale=Scale(1, 10), cluster="dealer", wave="wave"
    )
    table = crosstab(answers, "satisfaction", by="wave", second_level=0.5, correction="none")
    assert table.same_clusters
    mean = partial(Responses.mean, name="satisfaction")
    for name, measure in {"top 2": satisfaction.top_box, "mean": mean}.items():
        result = comparing.groups(answers, measure, by="wave", correction="none")
        alone = comparing.compare(
            {its.label: its.estimate for its in result.groups}, correction="none"
        )
        wanted = [""] * 3
        for pair, other in zip(result.differences, alone.differences, strict=True):
            assert pair.p_value < other.p_value
            later, earlier = (
                [its.label for its in result.groups].index(label)
                for label in (pair.group, pair.against)
            )
            winner, loser = (later, earlier) if pair.value > 0 else (earlier, later)
            letter = "ABC"[loser]
            if pair.p_value <= 0.05:
                wanted[winner] += letter
            elif pair.p_value <= 0.5:
                wanted[winner] += letter.lower()
        assert [its.replace(" ", "") for its in table[name].letters[1:]] == wanted
        assert "".join(wanted)


def test_the_total_and_columns_of_other_labels_are_never_tested(table):
    assert all(row.letters[0] == "" for row in table.rows)
    assert [its.letter for its in table.banner] == ["", "A", "B", "C", "A", "B"]


def test_columns_with_few_answers_are_marked_and_get_no_letters():
    data = frame()
    data["region"] = np.where(np.arange(900) < 20, "west", data["region"])
    data["overall"][:20] = 5
    table = crosstab(read(data), "overall", by="region", correction="none")
    west = [its.label for its in table.banner].index("west")
    assert table.banner[west].small
    assert all(row.letters[west] == "" for row in table.rows)
    assert not any("D" in letters for row in table.rows for letters in row.letters)
    assert "* Fewer than 30 answers, and in no test: 'west'." in str(table)
    assert "20 *" in str(table)
    tested = crosstab(read(data), "overall", by="region", correction="none", minimum_n=2)
    assert any("A" in row.letters[west] for row in tested.rows)


def test_boxes_are_those_of_the_good_end():
    data = {"effort": [1.0] * 30 + [2.0] * 10 + [5.0] * 60, "group": ["a", "b"] * 50}
    scale = Scale(1, 5, direction="lower is better")
    answers = Responses.from_frame(data, ["effort"], scale=scale, group="group")
    table = crosstab(answers, "effort", boxes=1)
    assert table["top 1"].estimates[0].value == pytest.approx(0.3)
    assert table["bottom 1"].estimates[0].value == pytest.approx(0.6)
    assert [row.kind for row in crosstab(answers, "effort", boxes=None).rows] == [
        *["answer"] * 5,
        "mean",
    ]


def test_answers_are_named_by_the_words_of_a_codebook():
    words = {"很不满意": 1, "不满意": 2, "一般": 3, "满意": 4, "很满意": 5, "非常满意": 5}
    book = Codebook(scale=Scale(1, 5), words=words)
    data = {"总体": ["很满意", "一般", "满意", "不满意"] * 20, "店": ["甲", "乙"] * 40}
    answers = Responses.from_frame(data, ["总体"], codebook=book, group="店")
    table = crosstab(answers, "总体", codebook=book)
    assert [row.name for row in table.rows[:5]] == [
        "1 很不满意",
        "2 不满意",
        "3 一般",
        "4 满意",
        "5 很满意",
    ]
    assert "甲" in str(table)


def test_a_table_prints_within_a_hundred_columns(table):
    assert max(map(len, str(table).splitlines())) <= 100
    long = frame() | {"region": np.array([f"region of {its} " * 6 for its in frame()["region"]])}
    wrapped = str(crosstab(read(long), "overall", by=["region", "wave"]))
    assert max(map(len, wrapped.splitlines())) <= 100
    assert wrapped.count("north") == 6
    assert table._repr_html_().count("<tr>") == 1 + 11 + 1


def test_it_prints_what_it_found():
    data = {"overall": [5] * 40 + [4] * 20 + [5] * 10 + [2] * 50, "region": ["a"] * 60 + ["b"] * 60}
    answers = Responses.from_frame(data, ["overall"], scale=Scale(1, 5), labels=["region"])
    lines = str(crosstab(answers, "overall", by=["region"], correction="none")).splitlines()
    assert lines[4:14] == [
        "letter              A        B",
        "n            120    60       60",
        "effective n  120    60       60",
        "1            0 %    0 %      0 %",
        "2            42 %   0 %      83 % A",
        "3            0 %    0 %      0 %",
        "4            17 %   33 % B   0 %",
        "5            42 %   67 % B   17 %",
        "top 2        58 %   100 % B  17 %",
        "bottom 2     42 %   0 %      83 % A",
    ]


def test_it_goes_to_json_and_back(table):
    again = Crosstab.from_json(table.to_json())
    assert again == table
    assert str(again) == str(table)


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow"])
def test_long_and_wide_frames(table, kind):
    long, wide = table.to_frame(kind), table.to_wide_frame(kind)
    assert len(long) == len(table.rows) * len(table.banner)
    assert len(wide) == len(table.rows)
    columns = table.wide_columns()
    assert list(columns)[:3] == ["row", "total", "total, above"]
    place = [its.name for its in table.banner].index("region north")
    assert columns["region north, above"].tolist() == [row.letters[place] for row in table.rows]


def test_respondents_without_a_label_are_counted():
    data = frame()
    data["region"] = np.array([None, *data["region"][1:]], dtype=object)
    table = crosstab(read(data), "overall", by=["region", "wave"])
    assert table.excluded == {"no region": 1}
    assert "Left out: 1 respondent (no region)." in str(table)


def test_a_column_in_which_nobody_answered_is_empty():
    data = frame()
    data["overall"][data["region"] == "south"] = 9
    table = crosstab(read(data), "overall", by="region")
    assert table.banner[3].n == 0
    assert table["mean"].estimates[3] is None
    assert "don't know, n" in str(table)
    assert np.isnan(table.columns()["value"][3])
    assert Crosstab.from_json(table.to_json()) == table


def test_equal_answers_have_shares_that_are_tested_and_means_that_are_not():
    data = {"q": [5.0] * 40 + [1.0] * 40, "group": ["a"] * 40 + ["b"] * 40}
    answers = Responses.from_frame(data, ["q"], scale=Scale(1, 5), group="group")
    table = crosstab(answers, "q")
    assert table["5"].letters == ("", "B", "")
    assert table["mean"].letters == ("", "", "")


def test_columns_of_one_cluster_are_compared_by_their_respondents():
    data = {"q": [5.0, 1.0, 4.0, 3.0] * 40, "group": ["a", "b"] * 80, "dealer": ["x"] * 160}
    one = Responses.from_frame(data, ["q"], scale=Scale(1, 5), group="group", cluster="dealer")
    alone = Responses.from_frame(data, ["q"], scale=Scale(1, 5), group="group")
    assert [row.letters for row in crosstab(one, "q").rows] == [
        row.letters for row in crosstab(alone, "q").rows
    ]
    mean = partial(Responses.mean, name="q")
    pairs = [comparing.groups(its, mean).differences[0] for its in (one, alone)]
    assert pairs[0].p_value == pytest.approx(pairs[1].p_value, rel=1e-12)


def test_combinations_with_one_name_are_refused():
    data = {"q": [1.0, 2.0] * 40, "a": ["x, y", "x"] * 40, "b": ["z", "y, z"] * 40}
    answers = Responses.from_frame(data, ["q"], scale=Scale(1, 5), labels=["a", "b"])
    with pytest.raises(DataError) as caught:
        crosstab(answers, "q", by=[("a", "b")])
    assert str(caught.value) == (
        "two groups of a, b are called 'x, y, z', one of them ('x, y', 'z'). Give labels without "
        "commas."
    )
    with pytest.raises(DataError, match="two groups of a, b"):
        comparing.groups(answers, partial(Responses.mean, name="q"), by=("a", "b"))


@pytest.mark.slow
@pytest.mark.simulation
def test_letters_are_rare_where_waves_of_the_same_clusters_do_not_differ():
    rng, dealers, per, simulated = np.random.default_rng(7), 40, 10, 400
    dealer = np.repeat(np.arange(dealers), 2 * per)
    wave = np.tile(np.repeat([0, 1], per), dealers)
    found = 0
    for _ in range(simulated):
        quality = (
            rng.normal(0, 0.7, dealers)[dealer] + rng.normal(0, 0.4, (dealers, 2))[dealer, wave]
        )
        answer = np.clip(np.rint(3.4 + quality + rng.normal(0, 1, len(dealer))), 1, 5)
        data = {"q": answer, "weight": rng.uniform(0.5, 2, len(dealer)), "dealer": dealer}
        answers = Responses.from_frame(
            data | {"wave": wave},
            ["q"],
            scale=Scale(1, 5),
            weights="weight",
            cluster="dealer",
            wave="wave",
        )
        table = crosstab(answers, "q", by="wave", correction="none")
        found += sum(any(table[name].letters) for name in ("top 2", "mean"))
    assert 0.02 < found / (2 * simulated) < 0.075


def test_more_than_26_columns_get_two_letters():
    rng = np.random.default_rng(1)
    data = {"q": rng.integers(1, 6, 1500).astype(float), "dealer": np.arange(1500) % 30}
    answers = Responses.from_frame(data, ["q"], scale=Scale(1, 5), labels=["dealer"])
    table = crosstab(answers, "q", by="dealer")
    assert [its.letter for its in table.banner[25:]] == ["Y", "Z", "AA", "AB", "AC", "AD"]


BAD = [
    ({"by": []}, "by must be names of labels, as in ['region', 'wave'], or tuples of them for"),
    ({"by": [("region", 3)]}, "but it is [('region', 3)]."),
    ({"by": 5}, "but it is 5."),
    ({"by": ["region", "region"]}, "by names 'region' twice. Name it once."),
    ({"by": [("region", "region")]}, "by names 'region x region' twice. Name it once."),
    ({"boxes": 5}, "boxes must be a whole number from 1 to 4, because the scale 1-5 has 5 answers"),
    ({"boxes": -1}, "but it is -1."),
    ({"level": 95}, "level must be > 0 and < 1, as in 0.95, but it is 95. Did you mean 0.95?"),
    (
        {"second_level": 0.99},
        "second_level must be below level=0.95, whose letters are in upper case, but it is 0.99.",
    ),
    ({"correction": "tukey"}, "correction must be one of 'holm', 'bonferroni'"),
    ({"minimum_n": 1}, "minimum_n must be a whole number >= 2, but it is 1."),
    ({"codebook": Codebook(scale=Scale(1, 4), words={"bad": 1})}, "but the codebook is for"),
]


@pytest.mark.parametrize(("options", "words"), BAD, ids=str)
def test_bad_arguments_are_named(answers, options, words):
    with pytest.raises(ParameterError) as caught:
        crosstab(answers, "overall", **({"by": "region"} | options))
    assert words in str(caught.value)


def test_bad_data_is_named(answers):
    with pytest.raises(DataError, match="these responses have no label 'regoin'"):
        crosstab(answers, "overall", by="regoin")
    with pytest.raises(ParameterError, match="item must be one of 'overall', 'other'"):
        crosstab(answers, "overal", by="region")
    with pytest.raises(ParameterError, match="answers must be Responses"):
        crosstab({"overall": [1, 2]}, "overall")
    nobody = read(frame() | {"overall": np.full(900, 9.0)})
    with pytest.raises(DataError, match="nobody answered 'overall'"):
        crosstab(nobody, "overall", by="region")
    slider = Responses.from_frame(
        {"q": [1.5, 2.5], "group": ["a", "b"]}, ["q"], scale=Scale(1, 5, step=None), group="group"
    )
    with pytest.raises(ParameterError, match="crosstab needs a scale with steps"):
        crosstab(slider, "q")


@pytest.mark.parametrize(("minimum_n", "letters"), [(8, ("", "B", "")), (9, ("", "", ""))])
def test_a_column_of_just_enough_answers_is_tested(minimum_n, letters):
    answers = Responses.from_frame(
        {"q": [1] * 8 + [0] * 8, "group": ["a"] * 8 + ["b"] * 8},
        ["q"],
        scale=Scale(0, 1),
        group="group",
    )
    assert crosstab(answers, "q", boxes=None, minimum_n=minimum_n)["1"].letters == letters
