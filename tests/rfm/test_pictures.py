"""Pictures of RFM show the numbers of the results, with the values that make each score."""

import numpy as np
import pytest
import rfm_results
from matplotlib.patches import Rectangle

from custvalue import lifetime, plotting
from custvalue.errors import ParameterError


def numbers(ax):
    """Return the numbers in cells by their place: column and row."""
    return {
        (round(t.get_position()[0]), round(t.get_position()[1])): t.get_text() for t in ax.texts
    }


def of_days(days, purchases, **given):
    history = lifetime.PurchaseHistory.from_arrays(
        frequency=np.array(purchases) - 1,
        recency=[10 * (x > 1) for x in purchases],
        age=[d + 10 * (x > 1) for d, x in zip(days, purchases, strict=True)],
        monetary_value=[7 * (x > 1) for x in purchases],
        unit="day",
    )
    return lifetime.rfm(history, **given)


CUTS = {"recency": [30, 90], "frequency": [1, 3]}


def test_cells_hold_customers_and_axes_the_values_that_make_a_score():
    result = of_days([3, 3, 40, 200, 200], [1, 9, 2, 1, 1], cuts=CUTS)
    axes = plotting.rfm_heat_map(result).axes
    assert numbers(axes) == {
        (0, 0): "1", (1, 0): "", (2, 0): "1",
        (0, 1): "", (1, 1): "1", (2, 1): "",
        (0, 2): "2", (1, 2): "", (2, 2): "",
    }  # fmt: skip
    rows = [label.get_text() for label in axes.get_yticklabels()]
    assert rows == ["3: ≤29", "2: 30–89", "1: ≥90"]
    assert [t.get_text() for t in axes.get_xticklabels()] == ["1: ≤1", "2: 2–3", "3: ≥4"]
    depths = [p.get_alpha() for p in axes.patches if isinstance(p, Rectangle)]
    assert depths.index(max(depths)) == 6  # the cell with two customers
    assert axes.get_title(loc="left") == "5 customers by recency and frequency"


def test_days_that_are_not_whole_have_open_ends():
    result = of_days([3.5, 40, 40, 200], [1, 2, 2, 2], scores=4)
    axes = plotting.rfm_heat_map(result).axes
    rows = [label.get_text() for label in axes.get_yticklabels()]
    assert rows == ["4: <40", "3: –", "2: 40–200", "1: ≥200"]
    assert result.recency_score.tolist() == [4, 2, 2, 1]


def test_shading_by_spend():
    result = of_days([3, 40], [3, 2], cuts=CUTS)  # 14 and 7 of repeat spend
    axes = plotting.rfm_heat_map(result, shade="spend").axes
    assert {text for text in numbers(axes).values() if text} == {"67", "33"}
    assert (
        axes.get_title(loc="left") == "Share of spend, %, of 2 customers by recency and frequency"
    )


def test_shading_by_spend_needs_spend():
    history = lifetime.PurchaseHistory.from_arrays(frequency=[0], recency=[0], age=[3], unit="day")
    with pytest.raises(ParameterError) as caught:
        plotting.rfm_heat_map(lifetime.rfm(history), shade="spend")
    assert str(caught.value) == "shade='spend' needs spend, which these customers do not have."
    with pytest.raises(
        ParameterError, match="shade must be one of 'customers', 'spend', 'value', but"
    ):
        plotting.rfm_heat_map(lifetime.rfm(history), shade="money")


def test_shading_by_value():
    result = rfm_results.rfm()
    value = rfm_results.value()
    axes = plotting.rfm_heat_map(result, shade="value", value=value).axes
    best = (result.recency_score == 5) & (result.frequency_score == 5)
    share = value.value[best].sum() / value.value.sum()
    assert numbers(axes)[4, 0] == f"{100 * share:.0f}"
    assert (
        axes.get_title(loc="left") == "Share of value, %, of 60 customers by recency and frequency"
    )
    for given in ({"shade": "value"}, {"value": value}):
        with pytest.raises(ParameterError) as caught:
            plotting.rfm_heat_map(result, **given)
        assert str(caught.value) == (
            "shade='value' and value=… belong together: give the CustomerLifetimeValue of these "
            "customers."
        )
    with pytest.raises(ParameterError, match="value must be a CustomerLifetimeValue, as of"):
        plotting.rfm_heat_map(result, shade="value", value=[1])


def test_segments_have_two_bars_and_intervals():
    table = rfm_results.with_value()
    axes = plotting.rfm_segment_bars(table, level=0.9).axes
    widths = [patch.get_width() for patch in axes.patches if patch.get_width() > 0]
    shares = [its.share.value for its in table.segments]
    values = [its.value_share.value for its in table.segments if its.value_share is not None]
    assert sorted(widths) == pytest.approx(sorted(100 * s for s in [*shares, *values] if s > 0))
    first = axes.lines[0].get_xdata()
    interval = table.segments[0].share.confidence_interval(0.9)
    assert list(first) == pytest.approx([100 * interval.low, 100 * interval.high])
    legend = [text.get_text() for text in axes.get_legend().get_texts()]
    assert legend == ["customers", "value"]


def test_segments_without_spend_have_one_bar():
    history = lifetime.PurchaseHistory.from_arrays(
        frequency=[0, 0], recency=[0, 0], age=[3, 5], unit="day"
    )
    axes = plotting.rfm_segment_bars(lifetime.rfm(history).segments()).axes
    assert axes.get_legend() is None
    assert len(axes.patches) == 10


def test_moves_are_percentages_of_a_row():
    moves = rfm_results.migration()
    axes = plotting.rfm_migration_map(moves).axes
    shown = numbers(axes)
    for row, counts in enumerate(moves.counts):
        for column, some in enumerate(counts):
            expected = f"{100 * some / sum(counts):.0f}" if some else ""
            assert shown[column, row] == expected
    rows = [label.get_text() for label in axes.get_yticklabels()]
    assert rows[0] == f"1 champions ({sum(moves.counts[0]):,})"
    assert rows[-1] == f"new ({sum(moves.counts[-1]):,})"
