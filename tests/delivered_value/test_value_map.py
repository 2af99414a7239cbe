"""Value maps: places, lines, advantages and their probabilities, against naive loops."""

import numpy as np
import pytest
import reference_value as naive

from custvalue.delivered_value import ValueMap, from_survey, value_equivalence, value_map
from custvalue.survey import Bootstrap, Scale

IMPORTANCE = {"repair": 50, "advice": 30, "speed": 20}
SUPPLIERS = ("a", "b", "c", "us")


def frame(n=48, seed=1):
    rng = np.random.default_rng(seed)
    place = np.arange(n) % 4
    found = {name: np.clip(np.rint(rng.normal(6 + place / 2, 1.5)), 1, 10) for name in IMPORTANCE}
    return found | {
        "supplier": np.array(SUPPLIERS)[place],
        "bill": rng.gamma(50, 4, n) + 5 * place,
        "w": rng.uniform(0.5, 2, n),
    }


def rows_of(frame):
    every = zip(*map(list, frame.values()), strict=True)
    return [dict(zip(frame, row, strict=True)) for row in every]


def place_of(rows, name):
    """Return quality and price of a supplier by naive loops."""
    quality = naive.quality(rows, name, IMPORTANCE, SUPPLIERS)
    return quality, naive.price(rows, name, "bill", SUPPLIERS)


def survey(data=None, **options):
    default = {
        "supplier": "supplier",
        "value": {name: name for name in IMPORTANCE},
        "cost": {"monetary": "bill"},
        "scale": Scale(1, 10),
        "importance": IMPORTANCE,
        "weights": "w",
    }
    return from_survey(frame() if data is None else data, **(default | options))


def mapped(offers=None, **options):
    draws = {"price_weight": 0.4, "method": Bootstrap(200, rng=1)}
    return value_map(survey() if offers is None else offers, **(draws | options))


@pytest.mark.parametrize("against", ["rivals", "market"])
@pytest.mark.parametrize("shares", [None, {"a": 40, "b": 30, "c": 20, "us": 10}])
def test_places_agree_with_naive_loops(against, shares):
    found, rows = mapped(against=against, shares=shares), rows_of(frame())
    how = {"against": against, "shares": shares}
    for name in SUPPLIERS:
        its = found.supplier(name)
        quality = naive.quality(rows, name, IMPORTANCE, SUPPLIERS, **how)
        price = naive.price(rows, name, "bill", SUPPLIERS, **how)
        assert its.quality.value == pytest.approx(quality)
        assert its.price.value == pytest.approx(price)
        assert its.score.value == pytest.approx(0.6 * quality + 0.4 * (200 - price))
        distances = [beside.distance.value for beside in its.advantages[:2]]
        assert distances == pytest.approx([100 + 1.5 * (quality - 100) - price, quality - price])


def test_the_regression_agrees_with_naive_loops():
    found, rows = mapped(), rows_of(frame())
    points = [place_of(rows, name) for name in SUPPLIERS]
    intercept, slope = naive.least_squares(points)
    line = found.line("regression")
    assert (line.intercept, line.slope.value) == pytest.approx((intercept, slope))
    for name, (quality, price) in zip(SUPPLIERS, points, strict=True):
        distance = found.supplier(name).advantage("regression").distance.value
        assert distance == pytest.approx(intercept + slope * quality - price)
    distances = [found.supplier(name).advantage("regression").distance.value for name in SUPPLIERS]
    assert sum(distances) == pytest.approx(0, abs=1e-9)


def test_standard_errors_agree_with_naive_loops():
    found, rows = mapped(), rows_of(frame())
    us = found.supplier("us")

    def quality(rows):
        return naive.quality(rows, "us", IMPORTANCE, SUPPLIERS)

    def distance(rows):
        places = [place_of(rows, name) for name in SUPPLIERS]
        intercept, slope = naive.least_squares(places)
        return intercept + slope * places[-1][0] - places[-1][1]

    assert us.quality.standard_error == pytest.approx(naive.error_of(quality, rows), rel=1e-5)
    assert us.advantage("regression").distance.standard_error == pytest.approx(
        naive.error_of(distance, rows), rel=1e-5
    )


def test_satisfaction_with_the_price_enters_by_its_inverse():
    data = frame() | {"fair": 11 - frame()["repair"]}
    kinds = {
        name: mapped(
            survey(
                data,
                cost={"price": "fair"},
                scale=dict.fromkeys(IMPORTANCE, Scale(1, 10)) | {"price": scale},
            )
        )
        for name, scale in (
            ("satisfaction", Scale(1, 10)),
            ("burden", Scale(1, 10, direction="lower is better")),
        )
    }
    burden = kinds["burden"].supplier("us").price.value
    assert kinds["satisfaction"].supplier("us").price.value == pytest.approx(1e4 / burden)
    assert "Price: inverse of satisfaction with it." in str(kinds["satisfaction"])


def test_the_weight_of_the_price_may_be_among_the_importance():
    importance = {**IMPORTANCE, "monetary": 50}
    found = mapped(survey(importance=importance), price_weight=None)
    assert found.line("weight-based").slope.value == pytest.approx(2)
    assert "Weight of quality 67 %, of the price 33 %." in str(found)


def test_without_a_weight_of_the_price_there_is_no_weight_based_line():
    found = mapped(price_weight=None)
    assert [its.name for its in found.lines] == ["diagonal", "regression"]
    assert found.supplier("us").score is None
    assert "No weight of the price is known" in str(found)


def test_two_suppliers_have_no_regression():
    data = {name: values[frame()["supplier"] > "b"] for name, values in frame().items()}
    assert [its.name for its in mapped(survey(data)).lines] == ["weight-based", "diagonal"]


def test_suppliers_of_one_quality_have_no_regression():
    data = {name: values[:40] for name, values in frame().items()}
    data |= {name: np.tile([5.0] * 4 + [7.0] * 4, 5) for name in IMPORTANCE}
    found = mapped(survey(data, weights=None))
    assert [its.name for its in found.lines] == ["weight-based", "diagonal"]
    assert found.supplier("us").quality.value == pytest.approx(100)


def test_lines_that_disagree_about_a_supplier_are_said():
    found = mapped()
    above = [
        {np.sign(beside.distance.value) for beside in its.advantages} for its in found.suppliers
    ]
    expected = [name for name, signs in zip(SUPPLIERS, above, strict=True) if len(signs) > 1]
    assert list(found.disagreements) == expected
    assert expected


def test_quality_in_money_is_compared_by_its_total():
    rates = {"repair": 30, "advice": 10, "speed": 5}
    found = mapped(survey(scale=None, rates=rates))
    rows = rows_of(frame())
    for row in rows:
        row["worth"] = sum(rate * row[name] for name, rate in rates.items())
    assert found.supplier("us").quality.value == pytest.approx(
        100 * naive.ratio(rows, "us", "worth", SUPPLIERS)
    )


def test_what_a_point_is_worth_does_not_matter_to_a_map_of_ratings():
    rates = {"repair": 30, "advice": 10, "speed": 5}
    assert mapped(survey(rates=rates)).supplier("us") == mapped().supplier("us")


def test_the_value_equivalence_line_passes_the_average_of_the_market():
    data, shares = frame(), {"a": 4, "b": 3, "c": 2, "us": 1}
    found = value_equivalence(
        survey(data), money_per_point=2.5, shares=shares, method=Bootstrap(100, rng=1)
    )
    rows, weights = rows_of(data), [0.4, 0.3, 0.2, 0.1]
    benefit = {
        name: sum(
            weight / 100 * (naive.means(rows, name, part) - 1) / 9 * 100
            for part, weight in IMPORTANCE.items()
        )
        for name in SUPPLIERS
    }
    price = {name: naive.means(rows, name, "bill") for name in SUPPLIERS}
    middle = [
        sum(w * its[name] for w, name in zip(weights, SUPPLIERS, strict=True))
        for its in (benefit, price)
    ]
    for name in SUPPLIERS:
        its = found.supplier(name)
        assert its.quality.value == pytest.approx(benefit[name])
        fair = middle[1] + 2.5 * (benefit[name] - middle[0])
        distance = its.advantage("value-equivalence").distance.value
        assert distance == pytest.approx(fair - price[name])
        assert found.line("value-equivalence").price(benefit[name]) == pytest.approx(fair)


def test_json_print_and_columns():
    found = mapped()
    assert ValueMap.from_json(found.to_json()) == found
    assert repr(found) == "ValueMap(suppliers=4, lines=3, draws=200)"
    columns = found.columns()
    assert columns["name"].tolist() == list(SUPPLIERS)
    assert set(columns["verdict"]) <= {"advantaged", "disadvantaged", "unclear"}
    assert found.supplier("us").quality.n == 12
    assert str(found.supplier("us").advantage("diagonal")).startswith("Advantage")


def test_the_order_of_rows_does_not_matter():
    data = frame()
    turned = {name: values[::-1] for name, values in data.items()}
    one, other = mapped(survey(data)), mapped(survey(turned))
    for name in SUPPLIERS:
        for kind in ("quality", "price", "score"):
            first, second = (getattr(its.supplier(name), kind) for its in (one, other))
            assert first.value == pytest.approx(second.value)
            assert first.standard_error == pytest.approx(second.standard_error)
