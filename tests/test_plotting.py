"""Pictures show the numbers of the result, on axes of their own or of the user's."""

from __future__ import annotations

import subprocess
import sys
import warnings
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import chained
import complained
import curved
import driven
import forecasting_results
import matplotlib as mpl
import modelled
import numpy as np
import pooled
import pytest
import rfm_results
import visited
from compared import compared
from diagnosed import pictured
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Annotation, Text
from predicted import predicted
from valid_calls import CALLS, GARAGES

from custvalue import (
    comparing,
    delivered_value,
    drivers,
    journey,
    kano,
    lifetime,
    loyalty,
    plotting,
    profit_chain,
    satisfaction,
    servqual,
    structural,
)
from custvalue._picture import use_readable_fonts
from custvalue._plotting.style import BLUE, GREEN, VERMILLION
from custvalue.delivered_value import Offer, OfferComparison, TotalCost, TotalValue, compare
from custvalue.errors import DataError, DataWarning, MissingExtraError, ParameterError
from custvalue.survey import Bootstrap, Scale
from results import cohorts_of_cdnow

DRAW = [name for name in plotting.__all__ if name != "Picture"]
POINTS = [15, 35, 20, 18, 12]


@pytest.fixture(scope="module")
def survey():
    rng = np.random.default_rng(5)
    taste, demand = rng.normal(0, 1, (2, 60, 1))  # what the items have in common
    perceived = np.clip(np.rint(rng.normal(5.0 + taste, 0.6, (60, 22))), 1, 7)
    expected = np.clip(np.rint(rng.normal(5.3 + demand, 0.6, (60, 22))), 1, 7)
    perceived[:, :4] = 7  # tangibles are better than expected
    return servqual.Survey.from_arrays(perceived, expected, POINTS, scale=Scale(1, 7))


@pytest.fixture(scope="module")
def value():
    model = lifetime.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week")
    spend = lifetime.GammaGamma(p=6.25, q=3.744, gamma=15.44)
    history = spend.simulate(model.simulate(300, age="52 weeks", rng=1), rng=2)
    return lifetime.customer_lifetime_value(
        history,
        purchases=model,
        spend=spend,
        horizon="3 years",
        annual_discount_rate=0.1,
        margin=0.3,
    )


@pytest.fixture(scope="module")
def prediction():
    return predicted(of="outcome")


@pytest.fixture(scope="module")
def comparison():
    us = Offer(
        name="us",
        value=TotalValue(product=60, service=20, personnel=12, image=8),
        cost=TotalCost(monetary=45, time=7, energy=5, psychic=3),
        unit="EUR",
    )
    rival = Offer(
        name="rival",
        value=TotalValue(product=35, service=8, personnel=4, image=3),
        cost=TotalCost(monetary=15, time=2, energy=2, psychic=1),
        unit="EUR",
    )
    return compare([us, rival], reference="us")


@pytest.fixture(scope="module")
def score():
    return satisfaction.NetPromoterScore.from_counts(promoters=162, passives=108, detractors=54)


def kano_result():
    counts = {"Hotline": {"M": 15, "O": 24, "A": 121, "I": 124, "R": 6, "Q": 6}}
    return kano.KanoResult.from_counts(counts)


def zones():
    return servqual.zone_of_tolerance(
        servqual.ToleranceSurvey.from_arrays(
            [[6, 2], [7, 3], [6, 3]],
            adequate=[[4, 3], [4, 4], [4, 4]],
            desired=[[5, 6], [6, 6], [5, 7]],
            scale=Scale(1, 7),
            dimensions={"staff": 1, "premises": 1},
        )
    )


def offered():
    calls = CALLS[delivered_value]
    return {
        picture: getattr(delivered_value, verb)(**calls[verb])
        for picture, verb in (
            ("head_to_head_bars", "head_to_head"),
            ("hierarchy_bars", "hierarchy_scores"),
            ("demand_curve", "reservation_price"),
        )
    }


@pytest.fixture(scope="module")
def drawings(survey, value, prediction, comparison, score):
    return {
        "expectation_profile": servqual.gaps(survey),
        "gaps_by_dimension": servqual.gaps(survey),
        "kano_bars": kano_result(),
        "kano_diagram": kano_result(),
        "performance_by_dimension": servqual.performance(survey),
        "priorities_by_dimension": servqual.priorities(survey, rng=1),
        "net_promoter_bar": score,
        "tolerance_zones": zones(),
        "value_concentration": value,
        "customer_forecasts": prediction,
        "probability_alive_histogram": value.probability_alive,
        "delivered_value_bars": comparison,
        **offered(),
        "value_map_points": delivered_value.value_map(GARAGES, method=Bootstrap(50, rng=1)),
        "models_compared": forecasting_results.contest(),
        "covariate_effects": driven.effects(),
        "groups_pooled": pooled.groups(),
        "rfm_heat_map": rfm_results.rfm(),
        "control_chart_lines": visited.chart(),
        "closing_times_steps": complained.closing_times(),
        "churn_reasons_bars": complained.reasons(),
        "win_back_bars": complained.lost_customers(),
        "complaint_iceberg": complained.desk(),
        "closed_share_dots": complained.within_promise(),
        "pyramid_tiers": complained.tiers(),
        "experience_trend_line": complained.experience(),
        "loyalty_curve_line": curved.curve(),
        "chain_links": chained.chain(),
        "touchpoint_line": visited.touchpoints(),
        "service_retention_line": visited.retention(),
        "social_style_points": visited.styles(),
        "path_diagram": modelled.fit(),
        "structural_map": modelled.fit().importance_performance("Satisfaction"),
        "rfm_segment_bars": rfm_results.with_value(),
        "rfm_migration_map": rfm_results.migration(),
        "cohort_heat_map": cohorts_of_cdnow(),
        **compared(),
        **pictured(),
    }


def bars(ax):
    return [(patch.get_x(), patch.get_width()) for patch in ax.patches]


def texts(ax):
    return [text.get_text() for text in ax.texts]


@pytest.fixture(scope="module")
def drawn():
    """Draw each picture once on a figure of its own; the settings are those from before."""
    pictures = {}

    def picture_of(name, result):
        if name not in pictures:
            before = dict(mpl.rcParams)
            pictures[name] = getattr(plotting, name)(result)
            assert dict(mpl.rcParams) == before
        return pictures[name]

    return picture_of


@pytest.mark.parametrize("name", DRAW)
def test_draws_on_a_figure_of_its_own_or_on_the_axes_it_is_given(name, drawings, drawn):
    draw = getattr(plotting, name)
    picture = drawn(name, drawings[name])
    assert isinstance(picture, plotting.Picture)
    assert isinstance(picture.figure, Figure)
    assert picture.axes.get_xlabel()
    frame = {side for side, spine in picture.axes.spines.items() if spine.get_visible()}
    assert frame == {"bottom"}
    given = Figure().add_subplot()
    assert draw(drawings[name], ax=given).axes is given
    assert len(given.patches) + len(given.lines) + len(given.images) > 0


@pytest.mark.parametrize("name", DRAW)
def test_draws_without_a_warning_and_without_touching_the_settings(name, drawings, drawn):
    before = dict(mpl.rcParams)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn(name, drawings[name])._repr_png_()
    assert dict(mpl.rcParams) == before


def test_every_picture_is_tried(drawings):
    assert sorted(drawings) == DRAW


def test_priorities_are_drawn_with_their_probabilities_and_ranks(survey):
    priorities = servqual.priorities(survey, rng=1)
    axes = plotting.priorities_by_dimension(priorities).axes
    widths = [width for _, width in bars(axes)]
    assert widths == pytest.approx([its.part.value for its in priorities.dimensions])
    shown = [text for text in texts(axes) if text.startswith("P ")]
    assert len(shown) == 5
    weakest = priorities.weakest
    assert shown[0].startswith(f"P {weakest.probability_weakest:.2f}, rank 1")
    assert axes.get_yticklabels()[0].get_text() == weakest.name.capitalize()


def test_the_profile_has_both_means_over_the_whole_scale(survey):
    gaps = servqual.gaps(survey)
    axes = plotting.expectation_profile(gaps).axes
    profiles = {line.get_label(): line.get_xdata() for line in axes.lines}
    for name in ("expectation", "perception"):
        means = [getattr(its, name).value for its in gaps.dimensions]
        assert list(profiles[f"mean {name}"]) == pytest.approx(means)
    assert axes.get_xlim() == (1, 7)


def test_gaps_are_drawn_from_zero_with_their_intervals(survey):
    gaps = servqual.gaps(survey)
    axes = plotting.gaps_by_dimension(gaps, level=0.9).axes
    estimates = [*(gap.gap for gap in gaps.dimensions), gaps.overall.gap]
    estimates.append(gaps.weighted.by_respondent)
    for (start, width), estimate in zip(bars(axes), estimates, strict=True):
        assert sorted([start, start + width]) == pytest.approx(sorted([0.0, estimate.value]))
    lines = [np.asarray(line.get_data()) for line in axes.lines]
    *level_lines, separator = [x for x, y in lines if y[0] == y[1]]
    assert separator.tolist() == [0, 1]  # of the width of the axes
    intervals = [estimate.confidence_interval(0.9) for estimate in estimates]
    for drawn, interval in zip(level_lines, intervals, strict=True):
        assert drawn == pytest.approx([interval.low, interval.high])
    assert texts(axes)[0] == f"+{estimates[0].value:.2f}"
    assert texts(axes)[1] == f"{estimates[1].value:.2f}".replace("-", "−")
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels == [
        "Tangibles",
        "Reliability",
        "Responsiveness",
        "Assurance",
        "Empathy",
        "All dimensions alike",
        "Weighted by importance",
    ]
    assert axes.get_title(loc="left") == "Lines are 90 % intervals; 60 respondents"
    colours = [patch.get_facecolor()[:3] for patch in axes.patches]
    assert colours[0] != colours[1]  # a surplus and a shortfall


def test_gaps_of_one_respondent_have_no_interval():
    survey = servqual.Survey.from_arrays([[5] * 22], [[6] * 22], scale=Scale(1, 7))
    axes = plotting.gaps_by_dimension(servqual.gaps(survey)).axes
    assert [width for _, width in bars(axes)] == pytest.approx([-1.0] * 6)
    assert len(axes.lines) == 2  # zero, and the line above the overall gap


def test_performance_fills_the_scale_from_its_low_end(survey):
    performance = servqual.performance(survey)
    axes = plotting.performance_by_dimension(performance).axes
    assert axes.get_xlim() == (1, 7)
    ends = [start + width for start, width in bars(axes)]
    means = [each.mean.value for each in performance.dimensions] + [performance.overall.value]
    assert ends == pytest.approx(means)


def test_zones_reach_from_adequate_to_desired_and_show_where_the_perception_lies():
    result = zones()
    axes = plotting.tolerance_zones(result, level=0.9).axes
    every = [*result.dimensions, result.overall]
    drawn = [(zone.adequate.value, zone.width.value) for zone in every]
    assert [pytest.approx(ends) for ends in drawn] == bars(axes)
    points = [line for line in axes.lines if line.get_marker() == "o"]
    assert [line.get_xdata()[0] for line in points] == [zone.perception.value for zone in every]
    colours = [line.get_color() for line in points]
    assert colours == [GREEN, VERMILLION, BLUE]
    assert texts(axes) == ["0 %", "0 %", "100 %"]
    assert axes.get_xlim() == (1, 7)
    assert axes.get_title(loc="left").startswith("Lines are 90 % intervals; 3 respondents")
    alone = servqual.ToleranceSurvey.from_arrays(
        [[5]], adequate=[[6]], desired=[[4]], scale=Scale(1, 7), dimensions={"staff": 1},
        inverted="keep",
    )  # fmt: skip
    axes = plotting.tolerance_zones(servqual.zone_of_tolerance(alone)).axes
    assert texts(axes) == ["–", "–"]


def test_net_promoter_bar_adds_up_to_100(score):
    axes = plotting.net_promoter_bar(score).axes
    starts, widths = zip(*bars(axes), strict=True)
    assert starts == pytest.approx((0, 100 / 6, 50))
    assert widths == pytest.approx((100 / 6, 100 / 3, 50))
    legend = axes.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == [
        "Detractors (0-6) 17 %",
        "Passives (7-8) 33 %",
        "Promoters (9-10) 50 %",
    ]
    title = "Net Promoter Score 33, 95 % interval 25 to 41, 324 answers"
    assert axes.get_title(loc="left") == title


def test_forecasts_show_the_best_customers_with_both_intervals(prediction):
    axes = plotting.customer_forecasts(prediction, n=5).axes
    best = prediction.top(5)
    low, high = best.of_mean("value")
    dots = axes.lines[0].get_xdata()
    assert dots.tolist() == best.value.tolist()
    outcome, mean = (
        np.array([[path.vertices[0, 0], path.vertices[-1, 0]] for path in lines.get_paths()])
        for lines in axes.collections
    )
    assert outcome.tolist() == np.column_stack((best.value_low, best.value_high)).tolist()
    assert mean.tolist() == np.column_stack((low, high)).tolist()
    labels = [tick.get_text() for tick in axes.get_yticklabels()]
    assert labels == [str(each) for each in best.customer]


def test_forecasts_without_an_interval_are_dots():
    axes = predicted(interval=None).plot(of="purchases").axes
    assert not axes.collections
    assert axes.get_title(loc="left") == "The best 15 of 300 customers"


def test_value_concentration_is_a_lorenz_curve_best_first(value):
    axes = plotting.value_concentration(value).axes
    x, y = (np.asarray(data) for data in axes.lines[0].get_data())
    assert (x[0], y[0]) == (0, 0)
    assert (x[-1], y[-1]) == pytest.approx((100, 100))
    assert (np.diff(y) >= 0).all()
    assert (np.diff(y, 2) <= 1e-9).all()  # the best first: every next one adds less
    for share in (0.1, 0.5):
        assert np.interp(100 * share, x, y) == pytest.approx(100 * value.concentration(share))
    best = 100 * value.concentration(0.2)
    assert texts(axes)[1] == f"the best 20 % hold {best:.0f} %"
    assert axes.get_title(loc="left") == "Value within 3 years of 300 customers"


def test_histogram_counts_every_customer_once(value):
    axes = plotting.probability_alive_histogram(value.probability_alive).axes
    counts = [patch.get_height() for patch in axes.patches if isinstance(patch, Rectangle)]
    assert axes.get_ylabel() == "Customers"
    assert len(counts) == 20
    assert sum(counts) == 300
    certain = (value.probability_alive >= 0.95).sum()
    assert counts[-1] == certain


def test_delivered_value_stacks_four_values_and_four_costs(comparison):
    axes = plotting.delivered_value_bars(comparison).axes
    assert [width for _, width in bars(axes)][:8] == [60, 20, 12, 8, 45, 7, 5, 3]
    assert texts(axes) == ["100", "60", "50", "20"]
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        "us\nvalue − cost 40",
        "rival\nvalue − cost 30",
    ]
    assert axes.get_xlabel() == "EUR"


def test_the_error_names_the_extra(score, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(MissingExtraError) as caught:
        plotting.net_promoter_bar(score)
    assert str(caught.value) == (
        'Pictures need matplotlib, which is not installed: pip install "custvalue[plot]".'
    )


def test_pyplot_is_never_imported():
    code = (
        "import sys; from custvalue import plotting, satisfaction;"
        "score = satisfaction.net_promoter_score([10, 9, 3]); plotting.net_promoter_bar(score);"
        "print('matplotlib.pyplot' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


# --- in a notebook, in a file -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "drawn_by"),
    [
        ("gaps_by_dimension", servqual.Gaps),
        ("performance_by_dimension", servqual.Performance),
        ("priorities_by_dimension", servqual.Priorities),
        ("tolerance_zones", servqual.ZoneOfTolerance),
        ("net_promoter_bar", satisfaction.NetPromoterScore),
        ("value_concentration", lifetime.CustomerLifetimeValue),
        ("customer_forecasts", lifetime.Prediction),
        ("models_compared", lifetime.ModelComparison),
        ("covariate_effects", lifetime.CovariateEffects),
        ("groups_pooled", lifetime.GroupFits),
        ("delivered_value_bars", OfferComparison),
        ("value_map_points", delivered_value.ValueMap),
        ("head_to_head_bars", delivered_value.HeadToHead),
        ("hierarchy_bars", delivered_value.HierarchyScores),
        ("demand_curve", delivered_value.ReservationPrices),
        ("rfm_heat_map", lifetime.RFM),
        ("rfm_segment_bars", lifetime.RFMSegments),
        ("rfm_migration_map", lifetime.RFMMigration),
        ("cohort_heat_map", lifetime.Cohorts),
        ("control_chart_lines", journey.ControlChart),
        ("closing_times_steps", loyalty.ClosingTimes),
        ("churn_reasons_bars", loyalty.ChurnReasons),
        ("win_back_bars", loyalty.WinBackList),
        ("complaint_iceberg", loyalty.ComplaintEconomics),
        ("closed_share_dots", loyalty.ClosedShares),
        ("pyramid_tiers", loyalty.CustomerPyramid),
        ("experience_trend_line", loyalty.ExperienceTrend),
        ("loyalty_curve_line", loyalty.LoyaltyCurve),
        ("chain_links", profit_chain.Chain),
        ("touchpoint_line", journey.Touchpoints),
        ("service_retention_line", journey.ServiceRetention),
        ("social_style_points", journey.SocialStyles),
        ("kano_diagram", kano.KanoResult),
        ("answers_diverging", comparing.Crosstab),
        ("groups_with_intervals", comparing.Comparison),
        ("league_dots", comparing.League),
        ("trend_line", comparing.Trend),
        ("parallel_trends", comparing.DifferenceInDifferences),
        ("driver_importance_bars", drivers.DriverImportance),
        ("importance_performance_map", drivers.ImportancePerformance),
        ("path_diagram", structural.StructuralFit),
        ("structural_map", structural.StructuralMap),
    ],
)
def test_a_result_draws_its_own_picture(kind, drawn_by, drawings, drawn):
    result = drawings[kind]
    assert isinstance(result, drawn_by)
    given = Figure().add_subplot()
    assert result.plot(given).axes is given
    assert repr(result.plot()) == repr(drawn(kind, result))


def test_options_of_a_picture_go_through_plot(survey):
    assert (
        servqual.gaps(survey)
        .plot(level=0.9)
        .axes.get_title(loc="left")
        .startswith("Lines are 90 %")
    )


def test_a_notebook_shows_a_sharp_picture_of_the_figure_s_own_size(score):
    picture = score.plot()
    png, size = picture._repr_png_()
    assert png.startswith(b"\x89PNG")
    width, height = picture.figure.get_size_inches() * picture.figure.dpi
    assert size == {"width": width, "height": height}
    assert int.from_bytes(png[16:20]) == 2 * width


def test_what_pyplot_shows_is_not_shown_twice(score):
    from matplotlib import pyplot as plt

    with mpl.rc_context({"backend": "agg"}):
        _, ax = plt.subplots()
        picture = score.plot(ax)
        assert picture._repr_png_() is None
        plt.close(picture.figure)


def test_a_picture_on_a_part_of_a_figure_shows_the_whole_figure(score):
    figure = Figure()
    left, right = figure.subfigures(1, 2)
    picture = score.plot(left.subplots())
    score.plot(right.subplots())
    assert picture.figure is figure
    assert picture._repr_png_()[0].startswith(b"\x89PNG")


def test_a_picture_prints_as_its_title(score):
    title = "Net Promoter Score 33, 95 % interval 25 to 41, 324 answers"
    assert repr(score.plot()) == f"Picture({title!r})"


@pytest.mark.parametrize(("name", "begins"), [("a.svg", b"<?xml"), ("a.PNG", b"\x89PNG")])
def test_a_picture_is_saved_in_the_format_of_the_suffix(score, tmp_path, name, begins):
    score.plot().save(tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(begins)


@pytest.mark.parametrize("name", ["picture", "picture.docx"])
def test_a_picture_without_a_format_is_refused(score, name):
    with pytest.raises(ParameterError) as caught:
        score.plot().save(name)
    said = str(caught.value)
    assert said.startswith("path must end in one of .")
    assert ", .pdf, .pgf, .png, " in said
    assert said.endswith(f", but it is {name!r}.")


CHINESE = servqual.Survey.from_arrays(
    [[5, 6], [4, 7]], [[6, 6], [6, 5]], scale=Scale(1, 7), dimensions={"可靠性": 1, "移情性": 1}
)


def test_chinese_labels_take_the_first_chinese_font_that_is_there(monkeypatch):
    installed = ["DejaVu Sans", "SimHei", "Noto Sans CJK SC"]
    monkeypatch.setattr(font_manager, "get_font_names", lambda: installed)
    axes = plotting.gaps_by_dimension(servqual.gaps(CHINESE)).axes
    label = axes.get_yticklabels()[0]
    assert label.get_text() == "可靠性"
    assert label.get_fontfamily()[1:] == ["Noto Sans CJK SC"]


@pytest.mark.parametrize("draw", [plotting.gaps_by_dimension, lambda gaps: gaps.plot()])
def test_chinese_labels_without_a_font_say_the_way_out(monkeypatch, draw):
    monkeypatch.setattr(font_manager, "get_font_names", lambda: ["DejaVu Sans"])
    with pytest.warns(DataWarning) as caught:
        axes = draw(servqual.gaps(CHINESE)).axes
    (warning,) = caught
    assert str(warning.message) == (
        "no font that is in use has '可' (and 4 more characters), so that empty boxes are drawn. "
        "Load a Chinese font before you draw, as in matplotlib.font_manager.fontManager."
        "addfont('NotoSansSC-Regular.ttf'), or give English names."
    )
    assert warning.filename == __file__
    assert axes.get_yticklabels()[0].get_fontfamily() == ["sans-serif"]


def test_a_chinese_font_that_the_user_has_chosen_is_enough(monkeypatch):
    monkeypatch.setattr(font_manager, "get_font_names", lambda: ["the user's own"])
    monkeypatch.setattr(font_manager, "findfont", lambda *_, **__: "own.ttf")
    own = SimpleNamespace(get_charmap=lambda: dict.fromkeys(map(ord, "可靠移情性"), 1))
    monkeypatch.setattr(font_manager, "get_font", lambda _: own)
    axes = Figure().add_subplot()
    axes.set_yticks([0, 1], ["可靠性", "移情性"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        use_readable_fonts(axes)


# --- texts that can be read -------------------------------------------------------------------


def drawn_boxes(axes, kind=Annotation):
    axes.figure.draw_without_rendering()
    return [Text.get_window_extent(text) for text in axes.texts if isinstance(text, kind)]


def test_names_of_close_points_do_not_hide_each_other():
    same = {"M": 30, "O": 31, "A": 20, "I": 19, "R": 0, "Q": 0}
    corner = {"M": 1, "O": 98, "A": 1, "I": 0, "R": 0, "Q": 0}
    counts = {f"a feature with a long name {k}": same for k in range(12)} | {"corner": corner}
    axes = plotting.kano_diagram(kano.KanoResult.from_counts(counts)).axes
    boxes = drawn_boxes(axes)
    assert len(boxes) == 13 + 4  # items and quadrants
    assert all(one.count_overlaps(boxes) == 1 for one in boxes)  # itself
    frame = axes.get_window_extent()
    assert all(frame.x0 <= box.x0 and box.x1 <= frame.x1 for box in boxes)
    lines = [text.arrow_patch.get_visible() for text in axes.texts if text.arrow_patch]
    assert 0 < sum(lines) < len(lines)  # the first names stay beside their point
    again = plotting.kano_diagram(kano.KanoResult.from_counts(counts)).axes
    assert [text.get_position() for text in again.texts] == [
        text.get_position() for text in axes.texts
    ]


def test_the_name_of_a_point_at_the_edge_is_written_inwards():
    counts = {"at the very edge": {"M": 60, "O": 40, "A": 1, "I": 0, "R": 0, "Q": 0}}
    axes = plotting.kano_diagram(kano.KanoResult.from_counts(counts)).axes
    name = axes.texts[0]
    box, *_ = drawn_boxes(axes)
    assert box.x1 < axes.transData.transform(name.xy)[0] < axes.get_window_extent().x1
    assert not name.arrow_patch.get_visible()


@pytest.mark.parametrize("lower", [False, True])
def test_numbers_beside_bars_stay_within_the_frame(survey, lower):
    gaps = servqual.gaps(survey)
    if lower:
        answers = np.tile([[2.0] * 22, [3.0] * 22], (20, 1))
        gaps = servqual.gaps(servqual.Survey.from_arrays(answers, answers + 3, scale=Scale(1, 7)))
    axes = plotting.gaps_by_dimension(gaps).axes
    frame = axes.get_window_extent()
    for box in drawn_boxes(axes):
        assert frame.x0 < box.x0
        assert box.x1 < frame.x1


@pytest.mark.parametrize("width", [7.2, 5.0, 3.0])
def test_the_legend_stays_above_the_axes_and_below_the_title(score, width):
    axes = Figure(figsize=(width, 2.5), layout="constrained").add_subplot()
    plotting.net_promoter_bar(score, axes)
    axes.figure.draw_without_rendering()
    legend, frame = axes.get_legend().get_window_extent(), axes.get_window_extent()
    assert legend.x1 <= frame.x1 + 1
    assert legend.y0 >= frame.y1 - 1
    (title,) = (text for text in axes.findobj(Text) if text.get_text().startswith("Net"))
    assert legend.y1 <= title.get_window_extent().y0


def test_one_answer_is_not_plural():
    survey = servqual.Survey.from_arrays([[5] * 22], [[6] * 22], scale=Scale(1, 7))
    axes = plotting.gaps_by_dimension(servqual.gaps(survey)).axes
    assert axes.get_title(loc="left") == "Lines are 95 % intervals; 1 respondent"
    axes = plotting.probability_alive_histogram([0.4]).axes
    assert axes.get_title(loc="left") == "1 customer, 0 of them expected to be active"


# --- what cannot be drawn ---------------------------------------------------------------------

MAKERS = {
    "groups_pooled": "groups must be the GroupFits that lifetime.fit_groups() returns",
    "covariate_effects": "effects must be the CovariateEffects that fit.effects returns",
    "closing_times_steps": (
        "times must be the ClosingTimes that loyalty.ClosingTimes.from_frame() returns"
    ),
    "loyalty_curve_line": "curve must be the LoyaltyCurve that loyalty.curve() returns",
    "chain_links": "chain must be the Chain that profit_chain.Chain.from_data() returns",
    "churn_reasons_bars": "reasons must be the ChurnReasons that loyalty.churn_reasons() returns",
    "complaint_iceberg": (
        "desk must be the ComplaintEconomics that loyalty.ComplaintEconomics() returns"
    ),
    "closed_share_dots": (
        "shares must be the ClosedShares that "
        "loyalty.ClosingTimesByGroup.from_frame().share_within() returns"
    ),
    "win_back_bars": "customers must be the WinBackList that loyalty.win_back() returns",
    "pyramid_tiers": "pyramid must be the CustomerPyramid that loyalty.pyramid() returns",
    "experience_trend_line": (
        "trend must be the ExperienceTrend that loyalty.ExperienceTrend.from_arrays() returns"
    ),
    "control_chart_lines": "chart must be the ControlChart that journey.control_chart() returns",
    "touchpoint_line": "found must be the Touchpoints that journey.touchpoints() returns",
    "social_style_points": ("styles must be the SocialStyles that journey.social_styles() returns"),
    "service_retention_line": (
        "retention must be the ServiceRetention that visits.retention_by_age() returns"
    ),
    "cohort_heat_map": "cohorts must be the Cohorts that lifetime.cohorts() returns",
    "models_compared": (
        "comparison must be the ModelComparison that lifetime.compare_models() returns"
    ),
    "rfm_heat_map": "result must be the RFM that lifetime.rfm() returns",
    "rfm_segment_bars": "segments must be the RFMSegments that lifetime.rfm().segments() returns",
    "rfm_migration_map": (
        "migration must be the RFMMigration that lifetime.rfm().migration() returns"
    ),
    "tracking_lines": "tracking must be the Tracking that lifetime.diagnose() returns",
    "purchase_counts_bars": "counts must be the PurchaseCounts that lifetime.diagnose() returns",
    "outcome_ranks_bars": "ranks must be the OutcomeRanks that lifetime.diagnose() returns",
    "holdout_by_class_points": (
        "classes must be the HoldoutByClass that lifetime.diagnose() returns"
    ),
    "diagnosis_board": "diagnosis must be the Diagnosis that lifetime.diagnose() returns",
    "alive_path_line": "path must be the AlivePath that lifetime.alive_path() returns",
    "frequency_recency_map": (
        "matrix must be the FrequencyRecency that lifetime.frequency_recency() returns"
    ),
    "months_ahead_bars": (
        "ahead must be the MonthsAhead that lifetime.purchases_by_month() returns"
    ),
    "gaps_by_dimension": "gaps must be the Gaps that servqual.gaps() returns",
    "expectation_profile": "gaps must be the Gaps that servqual.gaps() returns",
    "performance_by_dimension": (
        "performance must be the Performance that servqual.performance() returns"
    ),
    "priorities_by_dimension": (
        "priorities must be the Priorities that servqual.priorities() returns"
    ),
    "tolerance_zones": (
        "zones must be the ZoneOfTolerance that servqual.zone_of_tolerance() returns"
    ),
    "net_promoter_bar": (
        "score must be the NetPromoterScore that satisfaction.net_promoter_score() returns"
    ),
    "value_concentration": (
        "value must be the CustomerLifetimeValue that lifetime.customer_lifetime_value() returns"
    ),
    "customer_forecasts": "prediction must be the Prediction that fit.predict() returns",
    "probability_alive_histogram": (
        "probability_alive must be the probabilities that model.probability_alive(history) returns"
    ),
    "delivered_value_bars": (
        "comparison must be the OfferComparison that delivered_value.compare() returns"
    ),
    "head_to_head_bars": (
        "result must be the HeadToHead that delivered_value.head_to_head() returns"
    ),
    "hierarchy_bars": (
        "result must be the HierarchyScores that delivered_value.hierarchy_scores() returns"
    ),
    "demand_curve": (
        "result must be the ReservationPrices that delivered_value.reservation_price() returns"
    ),
    "value_map_points": "result must be the ValueMap that delivered_value.value_map() returns",
    "kano_diagram": "result must be the KanoResult that kano.classify() returns",
    "kano_bars": "result must be the KanoResult that kano.classify() returns",
    "answers_diverging": (
        "answers must be Responses, or the Crosstab that comparing.crosstab() returns"
    ),
    "groups_with_intervals": "comparison must be the Comparison that comparing.groups() returns",
    "waves_side_by_side": (
        "comparisons must be a mapping of name to the Comparison that comparing.groups() returns"
    ),
    "league_dots": "league must be the League that comparing.league() returns",
    "trend_line": "trend must be the Trend that comparing.trend() returns",
    "parallel_trends": (
        "effect must be the DifferenceInDifferences that comparing.difference_in_differences() "
        "returns"
    ),
    "driver_importance_bars": (
        "found must be the DriverImportance that drivers.importance() returns"
    ),
    "importance_performance_map": (
        "result must be the ImportancePerformance that drivers.importance_performance() returns"
    ),
    "path_diagram": "fit must be the StructuralFit that model.fit() returns",
    "structural_map": "found must be the StructuralMap that fit.importance_performance() returns",
}


@pytest.mark.parametrize("name", DRAW)
def test_another_kind_of_result_is_refused_in_words(name):
    other = kano.BERGER
    with pytest.raises(ParameterError) as caught:
        getattr(plotting, name)(other)
    assert str(caught.value) == f"{MAKERS[name]}, but it is EvaluationTable."


def test_a_comparison_of_values_is_none_of_offers(score):
    other = comparing.compare({"a": score, "b": score})
    with pytest.raises(ParameterError) as caught:
        plotting.delivered_value_bars(other)
    assert str(caught.value).endswith("returns, but it is Comparison.")


def test_axes_must_be_axes(score):
    with pytest.raises(ParameterError) as caught:
        plotting.net_promoter_bar(score, 0.9)
    assert str(caught.value) == (
        "ax must be matplotlib Axes, as in matplotlib.figure.Figure().add_subplot(), but it is "
        "float."
    )


def test_probabilities_beyond_the_axis_are_refused():
    with pytest.raises(DataError) as caught:
        plotting.probability_alive_histogram([0.5, 1.5, float("nan")])
    assert str(caught.value) == (
        "probability_alive must be from 0 to 1, but row 1 has 1.5 (and 1 more row). Exclude "
        "customers without one."
    )


NAMES = ["Basic $39 to $49", "$A{$", "font-family: x", "paint #000000", 'a" id="b', "<b>&c"]


def offers_named(*names):
    return compare(
        Offer(
            name=name,
            value=TotalValue(product=40 + place, service=20, personnel=10, image=5),
            cost=TotalCost(monetary=30, time=5, energy=5, psychic=5),
        )
        for place, name in enumerate(names)
    )


def test_names_with_dollars_are_text_and_no_formulas():
    counts = {name: {"M": 15, "O": 24, "A": 21, "I": 12, "R": 6, "Q": 0} for name in NAMES}
    drawn = [
        plotting.delivered_value_bars(offers_named(*NAMES)),
        plotting.kano_bars(kano.KanoResult.from_counts(counts)),
        plotting.kano_diagram(kano.KanoResult.from_counts(counts)),
    ]
    for picture in drawn:
        picture.figure.draw_without_rendering()
        shown = [text for text in picture.axes.findobj(Text) if "39 to" in text.get_text()]
        assert shown
        assert not any(text.get_parse_math() for text in shown)


def test_names_survive_in_the_svg_of_a_page():
    from custvalue._report.pictures import picture

    block = picture(
        "offers",
        lambda: plotting.delivered_value_bars(offers_named(*NAMES)),
        caption="",
        description="",
    )
    svg = ET.fromstring(block.svg)  # noqa: S314 - our own
    words = {text.text for text in svg.iter() if text.tag.endswith("text")}
    assert set(NAMES) <= words
    assert "#000000" not in block.svg.replace("paint #000000", "")
