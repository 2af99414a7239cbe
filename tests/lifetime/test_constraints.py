"""Every declared constraint of every public method refuses what is outside its domain, in words.

Each argument has one domain, whatever asks for it: :data:`DOMAINS` holds bad values with the error
and its message. What is public is found by looking: a new method is tried without being listed,
and an argument that has no domain here fails :func:`test_every_argument_has_a_domain`.
"""

import inspect
import math

import numpy as np
import pytest

from custvalue import lifetime
from custvalue._lifetime.model import parameter_names
from custvalue._lifetime.reading import MODELS
from custvalue.errors import DataError, ParameterError, UnitError
from custvalue.lifetime import (
    BGBB,
    BGCNBD,
    BGNBD,
    Contracts,
    GammaGamma,
    Holdout,
    ShiftedBetaGeometric,
    contract_lifetime_value,
    customer_lifetime_value,
)

# --- domains ----------------------------------------------------------------------------------

RATE = "annual_discount_rate must be >= 0 and < 1, as in 0.10 for 10 % a year, but it is {}."
WHOLE = "{name} must be whole numbers >= 0, but it has {{}}."
CUSTOMERS = "customers must be a whole number >= 1, but it is {}."
RNG = (
    "rng must be a numpy.random.Generator, a whole number >= 0 as its seed, or None, but it is {}."
)
SHARE = "{name} must be > 0 and < 1, as in {example}, but it is {{}}."
LEVEL = SHARE.format(name="level", example="0.95")
LENGTH = " Write the number with its unit, as in '39 weeks' or '3 years'."
REGULARITY = "{name} must be a whole number from 1 to 100, but it is {{}}."


def refused(message, *values, error=ParameterError):
    """Pair values with the error and the beginning of its message; {} is the value."""
    return [(value, error, message.format(repr(value))) for value in values]


def whole(name):
    return refused(WHOLE.format(name=name), -1, 0.5, "one")


def length(name):
    """List what is no length of time."""
    return [
        (39, UnitError, f"{name}=39 has no time unit.{LENGTH}"),
        (["39 weeks"], UnitError, f"{name} must be one length of time, as in '39 weeks', but it"),
        ("39", UnitError, f"{name}='39' is not a number with a time unit.{LENGTH}"),
        ("3 parsecs", UnitError, f"{name}='3 parsecs' has the unknown unit 'parsecs'; the units"),
        ("-1 week", ParameterError, f"{name} must be finite and >= 0, but it is '-1 week'."),
        ("2024-01-01", UnitError, f"{name}='2024-01-01' is a date, but a length of time"),
    ]


def at_least_one(name, most):
    """List what is no whole number from 1 to as many as are computed."""
    said = f"{name} must be a whole number >= 1, but it is {{}}."
    return [
        *refused(said, 0, -1, 1.5, True, "ten", None),
        (most + 1, ParameterError, f"{name} must be at most {most}, but it is {most + 1}."),
    ]


def day(name):
    """List what is no day."""
    said = f"{name} must be a day without a time zone, as in '1997-09-30', but it is {{}}."
    return refused(said, "soon", 5, None, "2024-13-01")


def choice(name, *values):
    return refused(f"{name} must be one of ", *values)


DOMAINS = {
    "annual_discount_rate": refused(RATE, -0.1, 1, 10, "10%", None, True, math.nan),
    "horizon": length("horizon"),
    "at": length("at"),
    "within": [
        *length("within"),
        ("0 weeks", ParameterError, "within must be > 0, as in '1 year', but it is '0 weeks'."),
    ],
    "n": whole("n"),
    "t": whole("t"),
    "periods": whole("periods"),
    "opportunities": whole("opportunities"),
    "customers": refused(CUSTOMERS, 0, -1, 1.5, True, "ten"),
    "rng": refused(RNG, "a", -1, 1.5, True),
    "discounting": choice("discounting", "month", "never"),
    "timing": choice("timing", "later", None),
    "outliers": refused("outliers must be > 0 and < 0.5, as in 0.01, but it is {}.", 0, 0.5, "1"),
    "profit": refused("spend must be a finite number, but it is {}.", math.inf, "1", None),
    "refunded": choice("refunded", "drop", None),
    "interval": refused(SHARE.format(name="interval", example="0.95"), 0, 1, 90, "0.9", True),
    "of": choice("of", "median", None),
    "by": [
        ([1, 2], DataError, "by must have one label for each of the 200 customers, but it has 2."),
        (5, DataError, "column 'by' must be a sequence, but it is 5."),
    ],
    "by_of_one_fit": [(5, ParameterError, "by says in which group customers are, for the fits")],
    "group": [("north", ParameterError, "group says in which group customers are, for the fits")],
    "by_column": choice("by", "recency", "spend_low"),
    "column": choice("column", "spend", None),
    "customer": [(-1, DataError, "there is no customer -1 among the 200 for whom this was")],
    "level": refused(LEVEL, 0, 1, 95, "0.95", True),
    "probability": refused(SHARE.format(name="probability", example="0.95"), 0, 1, 5, "0.95"),
    "spend": refused("spend must be a number >= 0, but it is {}.", -1, "1", None),
    "k": refused(REGULARITY.format(name="k"), 0, 101, 2.5, True, "three"),
    "k_max": refused(REGULARITY.format(name="k_max"), 0, 101, 2.5, True, "three"),
    "margin": refused(
        "margin must be > 0 and <= 1, as in 0.30 for 30 % of the spend, but it is {}.",
        0,
        -0.1,
        1.1,
        30,
        "30%",
        True,
    ),
    "margin_per_period": refused(
        "margin_per_period must be > 0, in money, but it is {}.", 0, -1, math.inf, "1", True
    ),
    "top": refused(SHARE.format(name="top", example="0.2 for the best 20 %"), 0, 1, 20, "0.2"),
    "alive_below": refused(
        "alive_below must be > 0 and <= 1, as in 0.5, but it is {}.", 0, -1, 50, "0.5"
    ),
    "best": refused("n must be a whole number >= 1, but it is {}.", 0, -1, 1.5, True, "ten"),
    "age": [
        *refused("age={} has no time unit. Write the number with its unit, as in", 52),
        ("3 parsecs", UnitError, "age='3 parsecs' has the unknown unit 'parsecs'; the units"),
        ([1.0, -1.0], ParameterError, "age must be a number >= 0, but row 1 has -1. Give one"),
        ([1.0], ParameterError, "age must be one age, as in '52 weeks', or one number per"),
    ],
    "renewals_made": whole("age"),
    "history": [(each, DataError, "") for each in (None, [1, 2], "history")],
    "train": [(each, DataError, "BGNBD needs a PurchaseHistory") for each in (None, [1, 2])],
    "holdout": [(each, DataError, "holdout must be a Holdout") for each in (7, [1, 2], "holdout")],
    "fit": [
        (each, ParameterError, "fit must be a fit of purchases at any time, as of BGNBD.fit(train)")
        for each in (None, BGNBD, GammaGamma, "BGNBD")
    ],
    "months": at_least_one("months", 600),
    "frequencies": at_least_one("frequencies", 500),
    "steps": at_least_one("steps", 500),
    "until": day("until"),
    "days": [
        ([], DataError, "purchases is empty. Give the days on which the customer bought."),
        *refused("purchases must be a list of days, as in ", None, "2024-01-01"),
        *(([given], error, f"an entry of {said}") for given, error, said in day("purchases")),
    ],
    "old": [
        *length("age"),
        ("0 weeks", ParameterError, "age must be > 0, as in '39 weeks', but it is 0."),
    ],
    "contracts": [(each, DataError, "") for each in (None, [1, 2], "contracts")],
    "ks": refused("k must be a whole number from 1 to 100, but it is ", [2.5], [0], [True]),
    "purchases": refused("purchases must be a model such as BGNBD(...), or its", None, BGNBD),
    "pays": refused("spend must be a model such as GammaGamma(...), or its", None, GammaGamma),
    "renews": refused("renewals must be a model such as", None, ShiftedBetaGeometric),
}
DOMAINS |= {
    name: refused(
        f"{name} must be a list of different covariates, as in {name}=['region'], but it is: {{}}.",
        "region",
        ["region", "region"],
    )
    for name in ("purchase", "dropout", "both", "spend_covariates")
}
DOMAINS["spend_covariates"] = refused(
    "spend must be a list of different covariates", "region", None
)
DOMAINS["prior"] = refused("prior must be a lifetime.", 5, "weak")
DOMAINS["dropout_form"] = choice("dropout_form", "odds", None)
DOMAINS["covariates_of_kinds"] = [({"region": "south"}, ParameterError, "covariates say nothing")]
DOMAINS["covariates"] = [({"region": "south"}, ParameterError, "this ")]
DOMAINS["changing"] = refused("this ", 5, "season")
DOMAINS["since"] = refused("this ", 5, ["2025-01-06"])
DOMAINS["age"][0] = (DOMAINS["age"][0][0], UnitError, DOMAINS["age"][0][2])

# Where a name means something else, which domain it has.
ELSEWHERE = {
    ("BGBB", "at"): "opportunities_at",
    ("CustomerLifetimeValue", "n"): "best",
    ("expected_residual_lifetime", "age"): "renewals_made",
    ("profile", "k"): "ks",
    ("customer_lifetime_value", "spend"): "pays",
    ("NormalSpend", "spend"): "profit",
    ("contract_lifetime_value", "renewals"): "renews",
    ("predict", "spend"): "pays",
    ("holdout_forecasts", "spend"): "pays",
    ("purchases_by_month", "spend"): "pays",
    ("alive_path", "purchases"): "days",
    ("frequency_recency", "age"): "old",
    ("Prediction", "n"): "best",
    ("fit", "spend"): "spend_covariates",
    ("fit", "covariates"): "covariates_of_kinds",
    ("top", "by"): "by_column",
    ("diagnose", "by"): "by_of_one_fit",
    ("customer_lifetime_value", "by"): "by_of_one_fit",
    ("score", "by"): "by_of_one_fit",
    ("holdout_forecasts", "by"): "by_of_one_fit",
    ("purchases_by_month", "by"): "by_of_one_fit",
    ("expected_purchases", "horizon"): "horizons",
    ("expected_purchases_new_customer", "horizon"): "horizons",
}
# Several horizons at once, each of which is checked.
DOMAINS["horizons"] = [
    *(each for each in length("horizon") if each[0] != ["39 weeks"]),
    (["39 weeks", 39], UnitError, f"horizon[1]=39 has no time unit.{LENGTH}"),
    ([["1 week"]], UnitError, "horizon[0] must be one length of time, as in '39 weeks', but it"),
    ([], ParameterError, "horizon is an empty list. Give at least one, as in ['39 weeks']."),
]
DOMAINS["opportunities_at"] = whole("at")

# --- what is public ---------------------------------------------------------------------------

BUYS = BGNBD(r=1, alpha=5, a=1, b=3, unit="week")
PAYS = GammaGamma(p=6, q=4, gamma=15)
REGULAR = BGCNBD(k=2, r=1, alpha=2, a=1, b=3, unit="week")
HISTORY = PAYS.simulate(REGULAR.simulate(200, age="52 weeks", rng=1), rng=2)
GIVES = BGBB(alpha=1.2, beta=0.75, gamma=0.66, delta=2.8, period="1 year")
CONTRACTS = Contracts.from_survivors([1000, 869, 743, 700], period="1 year")
GOOD = {
    "covariates": {"region": "south"},
    "annual_discount_rate": 0.1,
    "horizon": "1 year",
    "customers": 2,
    "periods": 3,
    "opportunities": 3,
    "age": "52 weeks",
    "timing": "before_renewal",
    "probability": 0.5,
    "spend": 10.0,
    "n": 1,
    "t": 1,
    "history": HISTORY,
    "purchases": BUYS,
    "contracts": CONTRACTS,
}
VALUE = customer_lifetime_value(
    HISTORY, purchases=BUYS, spend=PAYS, horizon="1 year", annual_discount_rate=0.1, margin=0.3
)
HOW = {"purchases": BUYS, "spend": PAYS, "margin": 0.3}
RENEWS = ShiftedBetaGeometric(alpha=0.7, beta=3.8, period="1 year")
WORTH = {"renewals": RENEWS, "margin_per_period": 100}


def example(model):
    """Make a model with all parameters 2; time in weeks, periods of a year."""
    fields = model.model_fields
    numbers = {name: 2 for name, field in fields.items() if field.is_required()}
    if "purchases" in fields:
        numbers["purchases"] = BUYS
    units = {"unit": "week", "period": "1 year"}
    return model(**numbers, **{name: units[name] for name in units if name in fields})


GOOD_ELSEWHERE = {
    ("BGBB", "history"): GIVES.simulate(200, opportunities=6, rng=1),
    ("expected_residual_lifetime", "age"): 1,
}


def methods(kind):
    """Yield the names of the public methods of a class that are written in this room."""
    for name, method in inspect.getmembers(kind, inspect.isroutine):
        ours = (getattr(method, "__module__", None) or "").startswith("custvalue._lifetime")
        if ours and not name.startswith("_"):
            yield name


def required_of(owner, method, ask):
    """Give good values to the arguments that have no default."""
    required = {}
    for name, parameter in inspect.signature(ask).parameters.items():
        if parameter.default is parameter.empty:
            usual = GOOD_ELSEWHERE.get((method, name), GOOD[name])
            required[name] = GOOD_ELSEWHERE.get((owner, name), usual)
    return required


def questions():
    """Yield every public callable: who is asked, the function, its domains, and good arguments."""
    for model in MODELS.values():
        made = example(model)
        for name in methods(model):
            ask = getattr(made, name)
            yield model.__name__, name, ask, required_of(model.__name__, name, ask)
    fit = BGNBD.fit(HISTORY)
    for name in ("top", "at_risk", "concentration"):
        yield "CustomerLifetimeValue", name, getattr(VALUE, name), {}
    rows = fit.predict(HISTORY, "1 year")
    yield "Fit", "predict", fit.predict, {"history": HISTORY, "horizon": "1 year"}
    yield "Prediction", "top", rows.top, {}
    yield "Prediction", "totals", rows.totals, {"by": HISTORY.frequency}
    yield "Prediction", "of_customer", rows.of_customer, {"customer": 7}
    rows = fit.predict(HISTORY, "1 year", interval=0.9)
    yield "Prediction", "of_mean", rows.of_mean, {"column": "value"}
    yield "Estimate", "confidence_interval", fit.estimates["r"].confidence_interval, {}
    yield "Fit", "confidence_interval", fit.confidence_interval, {}
    yield "Fit", "columns", fit.columns, {}
    usual = {name: GOOD[name] for name in ("horizon", "annual_discount_rate")}
    how = {"history": HISTORY, **HOW, **usual}
    yield "", "customer_lifetime_value", customer_lifetime_value, how
    worth = {"contracts": CONTRACTS, "timing": "before_renewal", **WORTH, **usual}
    yield "", "contract_lifetime_value", contract_lifetime_value, worth

    for name, how in forecasts().items():
        yield "", name, getattr(lifetime, name), {"fit": fit, **how}


def forecasts():
    """Give good arguments to the functions that forecast and compare with what came."""
    came = Holdout.from_arrays(
        frequency=HISTORY.frequency, duration="9 weeks", unit="week", customer=HISTORY.customer
    )
    return {
        "alive_path": {"purchases": ["2024-01-01"], "until": "2024-03-01"},
        "diagnose": {"train": HISTORY, "holdout": came},
        "frequency_recency": {"age": "39 weeks", "horizon": "1 year"},
        "holdout_forecasts": {"train": HISTORY, "holdout": came},
        "purchases_by_month": {"history": HISTORY},
    }


FREE = {"method", "data"}  # of intervals: tried where intervals are tested


def domain(owner, method, argument):
    for key in ((owner, argument), (method, argument)):
        if key in ELSEWHERE:
            return ELSEWHERE[key]
    return argument


def cases():
    for owner, method, ask, required in questions():
        for argument, parameter in inspect.signature(ask).parameters.items():
            for value, error, message in DOMAINS.get(domain(owner, method, argument), ()):
                if value is None and parameter.default is None:
                    continue
                name = f"{owner}.{method}({argument}={value!r})"
                yield pytest.param(ask, {**required, argument: value}, error, message, id=name)


@pytest.mark.parametrize(("ask", "arguments", "error", "message"), list(cases()))
def test_what_is_outside_its_domain_is_refused(ask, arguments, error, message):
    with pytest.raises(error) as caught:
        ask(**arguments)
    assert str(caught.value).startswith(message.removesuffix("."))
    assert str(caught.value).endswith((".", "?"))


def test_every_argument_has_a_domain():
    missing = {
        (owner, method, argument)
        for owner, method, ask, _ in questions()
        for argument in inspect.signature(ask).parameters
        if argument not in FREE and domain(owner, method, argument) not in DOMAINS
    }
    assert not missing


@pytest.mark.parametrize("kind", MODELS)
@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "must be > 0, but it is 0."),
        (-3.7, "must be > 0, but it is -3.7."),
        (math.inf, "must be a finite number, but it is inf."),
        (math.nan, "must be a finite number, but it is nan."),
        ("1", "must be a number, but it is '1'."),
        (True, "must be a number, but it is True."),
        (None, "must be a number, but it is None."),
    ],
)
def test_every_parameter_has_its_domain(kind, value, said):
    model = MODELS[kind]
    known = example(model).model_dump()
    for name in parameter_names(model):
        with pytest.raises(ParameterError) as caught:
            model(**{**known, name: value})
        assert str(caught.value) == f"{model.__name__}: {name} {said}"


REFUSED = {(owner, "remaining_lifetime") for owner in ("NBD", "BGCNBD", "MBGCNBD")}
REFUSED |= {(model.__name__, "for_covariates") for model in MODELS.values()}  # that have none


@pytest.mark.filterwarnings("ignore::custvalue.errors.AliveByDefinitionWarning")
def test_good_arguments_are_taken():
    for owner, method, ask, required in questions():
        if method not in ("fit", "profile") and (owner, method) not in REFUSED:
            assert ask(**required) is not None, (owner, method)
    assert np.isfinite(VALUE.value).all()
