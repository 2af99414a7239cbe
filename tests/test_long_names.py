"""Question texts as names: tables wrap within the terminal, and pictures cut nothing."""

import io
import os
import re
import sys
import unicodedata
import warnings
from collections import Counter

import numpy as np
import pytest
import rfm_results
from hypothesis import given, settings
from hypothesis import strategies as st
from predicted import predicted

from custvalue import delivered_value, drivers, kano, plotting, servqual
from custvalue._picture import axes_of, axes_of_rows, name_rows
from custvalue._table import Table
from custvalue.survey import Responses, Scale, describe

LONG = (
    "How satisfied are you with the friendliness of the staff who received you at the counter "
    "when you brought in the vehicle?"
)
PROMISED = "If the workshop finished your car at the promised time, how would you feel about it?"
CHINESE = (
    "如果维修车间在承诺的时间内完成了您的车，您会有什么感觉？请您根据最近一次的维修经历来回答。"
)
WORD = "Averyveryverylongwordwithoutanyspacesinitasonlyprogramswritethemtoday"
NAMES = (LONG, PROMISED, "price", WORD)


def columns_of(line):
    """Count the columns of a terminal that a line takes."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line)


def squeezed(text):
    return re.sub(r"[\s─]", "", text)


# --- tables ---------------------------------------------------------------------------------


def test_a_long_name_is_wrapped_and_a_short_table_is_not():
    table = Table("t", ("item", "n"), ((LONG, 3), ("price", 12)), ("note",))
    first = LONG.removesuffix(" you brought in the vehicle?")
    assert str(table).splitlines() == [
        "t",
        "─" * 97,
        "item" + " " * 92 + "n",
        "─" * 97,
        f"{first}   3",
        "you brought in the vehicle?",
        "price" + " " * 90 + "12",
        "─" * 97,
        "note",
    ]
    short = Table("t", ("item", "n"), (("x" * 97, 3),))
    assert str(short).splitlines()[4] == "x" * 97 + "  3"


def test_chinese_is_broken_between_characters_of_two_columns():
    lines = Table("t", ("item", *"abc"), ((CHINESE, 1, 2, 3),)).text(50).splitlines()
    assert max(map(columns_of, lines)) <= 50
    assert squeezed("".join(lines[4:])).replace("123", "") == CHINESE
    assert not any(line.startswith(("，", "。", "？")) for line in lines)


CELLS = st.one_of(
    st.text("abc 满意，?-", max_size=60), st.integers(-(10**6), 10**6), st.none(), st.just(LONG)
)


@settings(deadline=None, derandomize=True, max_examples=150)
@given(
    st.lists(st.lists(CELLS, min_size=4, max_size=4), min_size=1, max_size=5), st.integers(44, 130)
)
def test_every_table_fits_and_loses_nothing(rows, width):
    header = ("a name that is long enough to be wrapped by itself", "n", "share", "word")
    table = Table("title", header, tuple(map(tuple, rows)), ("a note " * 20,))
    printed = table.text(width)
    assert max(map(columns_of, printed.splitlines())) <= width
    free = table.text(10_000)
    if max(map(columns_of, free.splitlines()[1:-1])) <= width:
        assert printed.splitlines()[1:5] == free.splitlines()[1:5]
    cells = squeezed("".join(cell for row in rows for cell in row if isinstance(cell, str)))
    assert Counter(cells) <= Counter(squeezed(printed))  # the first column may stand there twice


def test_columns_that_do_not_fit_stand_below():
    table = Table("t", ("item", "first", "second", "third"), (("x", 1, 2, 3), ("y", 4, 5, 6)))
    assert table.text(19).splitlines() == [
        "t",
        "─" * 19,
        "item  first  second",
        "─" * 19,
        "x         1       2",
        "y         4       5",
        "─" * 11,
        "item  third",
        "─" * 11,
        "x         3",
        "y         6",
        "─" * 11,
    ]


class Terminal(io.StringIO):
    def isatty(self):
        return True

    def fileno(self):
        return 1


@pytest.mark.parametrize("width", [60, 80, 200])
def test_a_result_fits_the_terminal(width, monkeypatch):
    answers = Responses.from_arrays(
        np.array([[5, 4], [3, 2], [4, 4]]), items=[LONG, CHINESE], scale=Scale(1, 5)
    )
    described = describe(answers)
    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((width, 24)))
    for result in (answers, described):
        assert max(map(columns_of, str(result).splitlines())) <= width
    monkeypatch.setattr(Terminal, "fileno", lambda _: (_ for _ in ()).throw(OSError))
    assert max(map(columns_of, str(answers).splitlines()[:4])) <= 100


def test_the_report_does_not_depend_on_the_terminal(monkeypatch):
    from custvalue._report.content import TableBlock
    from custvalue._report.text import block_text

    block = TableBlock(Table("t", ("item", "n"), ((LONG, 3),)))
    before = block_text(block)
    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((40, 24)))
    assert block_text(block) == before
    assert max(map(len, before.splitlines())) <= 88


def test_a_heading_in_chinese_is_underlined_as_wide_as_it_is():
    from custvalue._report.text import written

    assert written("顾客价值 2026", (), "zh").splitlines() == ["顾客价值 2026", "#" * 13]


def test_html_lets_long_names_wrap():
    page = Table("t", ("item", "n", "word"), ((LONG, 3, PROMISED), ("x", 4, "y")))._repr_html_()
    wraps = "style=white-space:normal;min-width:12em"
    assert f"<th scope='row' {wraps}>{LONG}</th>" in page
    assert f"<td {wraps}>{PROMISED}</td>" in page
    assert "<th scope='row'>x</th><td style=text-align:right>4</td><td>y</td>" in page


# --- pictures -------------------------------------------------------------------------------


def kano_result(names):
    rows = [(10, 20, 5, 8, 1, 0), (3, 20, 15, 8, 1, 0), (3, 2, 25, 8, 1, 0), (30, 2, 2, 8, 1, 0)]
    return kano.KanoResult.from_counts(
        {
            name: dict(zip("MOAIRQ", row, strict=True))
            for name, row in zip(names, rows, strict=False)
        }
    )


def servqual_survey():
    rng = np.random.default_rng(1)
    level = rng.normal(size=(60, 1))
    p, e = (
        np.clip(np.rint(4 + up + level + 0.5 * rng.normal(size=(60, 6))), 1, 7) for up in (0, 1)
    )
    return servqual.Survey.from_arrays(p, e, scale=Scale(1, 7), dimensions={LONG: 3, PROMISED: 3})


def offers():
    cost = {"monetary": 240, "time": 45, "energy": 20, "psychic": 15}
    value = {"product": 260, "service": 90, "personnel": 60, "image": 40}
    made = [delivered_value.Offer(name=name, value=value, cost=cost) for name in (LONG, PROMISED)]
    return delivered_value.compare(made)


def importance():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(60, 3))
    columns = np.column_stack([x @ [1, 0.5, 0.2] + rng.normal(size=60), x])
    answers = Responses.from_arrays(
        np.clip(np.rint(3 + columns), 1, 5), scale=Scale(1, 5), items=["overall", *NAMES[:3]]
    )
    return drivers.importance(answers, "overall")


LONG_RULES = {
    name: {"recency": (1, 5), "frequency": score if score < 4 else (4, 5)}
    for score, name in enumerate(NAMES, 1)
}


def named_long():
    return rfm_results.rfm()


PICTURES = {
    "kano bars": lambda ax: plotting.kano_bars(kano_result(NAMES), ax),
    "kano diagram": lambda ax: plotting.kano_diagram(kano_result(NAMES), ax),
    "gaps": lambda ax: plotting.gaps_by_dimension(servqual.gaps(servqual_survey()), ax),
    "profile": lambda ax: plotting.expectation_profile(servqual.gaps(servqual_survey()), ax),
    "performance": lambda ax: plotting.performance_by_dimension(
        servqual.performance(servqual_survey()), ax
    ),
    "priorities": lambda ax: plotting.priorities_by_dimension(
        servqual.priorities(servqual_survey(), rng=1), ax
    ),
    "rfm segments": lambda ax: plotting.rfm_segment_bars(named_long().segments(LONG_RULES), ax),
    "rfm migration": lambda ax: plotting.rfm_migration_map(
        named_long().migration(named_long(), rules=LONG_RULES), ax
    ),
    "offers": lambda ax: plotting.delivered_value_bars(offers(), ax),
    "drivers": lambda ax: plotting.driver_importance_bars(importance(), ax),
}


def texts_outside(picture):
    """Return the texts of a picture that leave it."""
    figure = picture.figure
    figure.draw_without_rendering()
    edge = figure.bbox.padded(1)
    found = []
    axes = picture.axes
    legend = axes.get_legend()
    texts = [*axes.texts, axes.xaxis.label, axes.yaxis.label, *axes.get_yticklabels()]
    texts += [getattr(axes, name) for name in ("title", "_left_title")]
    for text in [*texts, *(legend.get_texts() if legend else ())]:
        box = text.get_window_extent()
        inside = edge.x0 <= box.x0 and box.x1 <= edge.x1 and edge.y0 <= box.y0 and box.y1 <= edge.y1
        if text.get_visible() and text.get_text().strip() and not inside:
            found.append(text.get_text())
    return found


@pytest.mark.parametrize("name", PICTURES)
def test_no_picture_cuts_a_name_or_warns(name):
    with warnings.catch_warnings():
        warnings.filterwarnings("error", "constrained_layout|Tight layout")
        picture = PICTURES[name](None)
        assert texts_outside(picture) == []


@pytest.mark.parametrize("name", PICTURES)
def test_names_are_wrapped_or_cut_with_a_sign_on_small_axes(name):
    from matplotlib.figure import Figure

    axes = Figure(figsize=(9, 3.2), layout="constrained").subplots(1, 2)
    picture = PICTURES[name](axes[0])
    names = [label.get_text() for label in axes[0].get_yticklabels()]
    if name != "kano diagram":
        assert any("\n" in label for label in names)
        assert any("…" in label for label in names)
    assert not [text for text in texts_outside(picture) if text in names]


def test_the_category_remains_where_a_name_is_cut():
    picture = plotting.kano_bars(kano_result([LONG + " " + PROMISED + " " + LONG, *NAMES[1:]]))
    label = picture.axes.get_yticklabels()[0].get_text()
    assert label.endswith("… (O)")
    assert label.count("\n") == 4


def test_only_the_first_letter_becomes_a_capital():
    survey = servqual.Survey.from_arrays(
        [[5, 4], [4, 4], [3, 2]], scale=Scale(1, 5), dimensions={"staff of BMW": 2}
    )
    picture = plotting.performance_by_dimension(servqual.performance(survey))
    assert picture.axes.get_yticklabels()[0].get_text() == "Staff of BMW"


def test_short_names_stay_as_they_are():
    picture = plotting.kano_bars(kano_result(["price", "speed"]))
    assert [label.get_text() for label in picture.axes.get_yticklabels()] == [
        "price (O)",
        "speed (O)",
    ]
    assert picture.figure.get_size_inches().tolist() == pytest.approx([7.2, 1.3 + 0.84])


def test_long_identifiers_keep_their_numbers():
    names = [f"customer of the northern region number-{row}" for row in (509, 1081)]
    ax = axes_of_rows(None, names, besides=1, each=0.3)
    ax.figure.set_size_inches(4, 1.4)
    name_rows(ax, names)
    shown = [label.get_text() for label in ax.get_yticklabels()]
    assert [each.split("…")[1] for each in shown] == ["-509", "-1081"]


def test_the_legend_below_stays_within_a_narrow_figure():
    rows = predicted(of="outcome")
    ax = axes_of(None, width=4, height=5)
    rows.plot(ax)
    ax.figure.canvas.draw()
    legend = ax.get_legend().get_window_extent()
    assert legend.width <= ax.figure.bbox.width
    assert ax.get_window_extent().width > ax.figure.bbox.width / 2
