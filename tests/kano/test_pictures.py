"""The better/worse diagram and the category bars show the numbers of the result."""

import numpy as np
import pytest

from custvalue import plotting
from custvalue.kano import KanoResult

COUNTS = {
    "Service app": {"M": 95, "O": 123, "A": 45, "I": 33, "R": 0, "Q": 0},
    "Hotline": {"M": 15, "O": 24, "A": 121, "I": 124, "R": 6, "Q": 6},
    "Pager": {"M": 0, "O": 0, "A": 0, "I": 0, "R": 9, "Q": 3},
}


@pytest.fixture
def result():
    return KanoResult.from_counts(COUNTS)


def test_the_diagram_shows_better_against_worse_with_intervals(result):
    axes = plotting.kano_diagram(result, level=0.9).axes
    columns = result.columns(0.9)
    points = [line for line in axes.lines if line.get_marker() == "o"]
    drawn = [(line.get_xdata()[0], line.get_ydata()[0]) for line in points]
    assert drawn == list(zip(columns["worse"][:2], columns["better"][:2], strict=True))
    across = [
        line for line in axes.lines if line.get_marker() == "None" and line.get_linestyle() == "-"
    ]
    ends = [tuple(line.get_xdata()) for line in across[::2]]
    assert ends == list(zip(columns["worse_low"][:2], columns["worse_high"][:2], strict=True))
    ends = [tuple(line.get_ydata()) for line in across[1::2]]
    assert ends == list(zip(columns["better_low"][:2], columns["better_high"][:2], strict=True))
    words = {text.get_text() for text in axes.texts}
    assert {"Service app (O)", "Hotline (I)", "attractive", "must-be"} <= words
    assert not any("Pager" in word for word in words)  # all answers are reverse or questionable
    assert axes.get_title(loc="left") == "Better and worse; lines are 90 % intervals"
    assert axes.get_xlim() == (0, -1)


def test_the_diagram_without_a_base_draws_no_intervals():
    percent = {"it": {"M": 40, "O": 30, "A": 10, "I": 20, "R": 0, "Q": 0}}
    axes = plotting.kano_diagram(KanoResult.from_percentages(percent)).axes
    assert axes.get_title(loc="left") == "Better and worse; n is not known, so no intervals"
    lines = [line for line in axes.lines if line.get_linestyle() == "-"]
    assert all(np.isnan(line.get_xydata()).any() for line in lines if line.get_marker() == "None")


def test_many_items_are_points_without_names():
    many = {f"item {k}": COUNTS["Hotline"] for k in range(60)}
    axes = plotting.kano_diagram(KanoResult.from_counts(many)).axes
    assert not any("item" in text.get_text() for text in axes.texts)
    assert sum(line.get_marker() == "o" for line in axes.lines) == 60


def test_the_bars_are_the_distributions(result):
    axes = plotting.kano_bars(result).axes
    widths = np.array([bar.get_width() for bar in axes.patches]).reshape(6, 3).T
    assert widths == pytest.approx(100 * result.shares)
    rows = [label.get_text() for label in axes.get_yticklabels()]
    assert rows == ["Service app (O)", "Hotline (I)", "Pager (R)"]
    legend = [text.get_text() for text in axes.get_legend().get_texts()]
    assert legend[:2] == ["M must-be", "O one-dimensional"]
    assert axes.get_title(loc="left") == "Kano categories by rule mode"


def test_pictures_are_drawn_where_they_are_asked_for(result):
    from matplotlib.figure import Figure

    axes = Figure().add_subplot()
    assert plotting.kano_diagram(result, axes).axes is axes
    other = Figure().add_subplot()
    assert plotting.kano_bars(result, other).axes is other
