"""What cannot be checked in a published table is said in words: the exact messages."""

import pytest

from custvalue.errors import DataError, ParameterError
from custvalue.survey import PublishedRow, Scale, check_published

ROW = {"name": "x", "gap": "-0.5"}
COLUMNS = (
    "'perception', 'perception_sd', 'expectation', 'expectation_sd', 'gap', 'mean', 'sd', "
    "'standard_error', 't', 'against', 'low', 'high', 'count', 'percentage', 'weight', 'overall', "
    "'weighted'"
)
FIELDS = (
    "'name', 'n', 'items', 'perception', 'perception_sd', 'expectation', 'expectation_sd', 'gap', "
    "'mean', 'sd', 'standard_error', 't', 'against', 'low', 'high', 'count', 'percentage', 'weight'"
)


def row(**changes):
    return PublishedRow(**(ROW | changes))


def check(rows=(ROW,), **options):
    return check_published(rows, **options)


NEEDED = (
    "a printed number is needed, as in '-0.50', but it is {!r}. Leave out what the table does not "
    "print."
)

CASES = {
    # --- one row
    "a word": (
        lambda: row(gap="n.s."),
        ParameterError,
        f"PublishedRow: gap: {NEEDED.format('n.s.')}",
    ),
    "stars": (lambda: row(t="-2.1*"), ParameterError, f"PublishedRow: t: {NEEDED.format('-2.1*')}"),
    "not finite": (
        lambda: row(gap=float("nan")),
        ParameterError,
        f"PublishedRow: gap: {NEEDED.format(float('nan'))}",
    ),
    "infinite": (
        lambda: row(gap="inf"),
        ParameterError,
        f"PublishedRow: gap: {NEEDED.format('inf')}",
    ),
    "yes": (lambda: row(gap=True), ParameterError, f"PublishedRow: gap: {NEEDED.format(True)}"),
    "empty": (lambda: row(gap=""), ParameterError, f"PublishedRow: gap: {NEEDED.format('')}"),
    "no name": (
        lambda: PublishedRow(gap="1"),
        ParameterError,
        (
            "PublishedRow needs 'name': fields are 'name', 'n', 'items', 'perception', "
            "'perception_sd', 'expectation', 'expectation_sd', 'gap', 'mean', 'sd', "
            "'standard_error', 't' and 6 more."
        ),
    ),
    "nobody": (lambda: row(n=0), ParameterError, "PublishedRow: n must be >= 1, but it is 0."),
    "no items": (
        lambda: row(items=0),
        ParameterError,
        "PublishedRow: items must be >= 1, but it is 0.",
    ),
    "negative count": (
        lambda: row(count=-1),
        ParameterError,
        "PublishedRow: count must be >= 0, but it is -1.",
    ),
    "mean and gap": (
        lambda: row(mean="5.1"),
        ParameterError,
        (
            "x: a row has either a mean, or perception, expectation and gap, because sd, t and "
            "interval belong to one of them. Write two rows."
        ),
    ),
    # --- the table
    "no rows": (lambda: check([]), DataError, "the table has no rows. Type at least one."),
    "an empty frame": (
        lambda: check({"name": [], "gap": []}),
        DataError,
        "the table has no rows. Type at least one.",
    ),
    "one row alone": (
        lambda: check(7),
        DataError,
        (
            "rows must be a list of PublishedRow, or a dataframe with the columns of one, but it "
            "is 7."
        ),
    ),
    "a list of words": (
        lambda: check(["x"]),
        DataError,
        "a row must be a PublishedRow or a mapping, but it is 'x'.",
    ),
    "unknown column": (
        lambda: check({"name": ["x"], "expectations": ["6.1"]}),
        DataError,
        (
            f"'expectations' is no column of a published table, only {FIELDS} are. Did you mean "
            f"'expectation'?"
        ),
    ),
    "a frame without names": (
        lambda: check({"gap": ["-0.5"]}),
        DataError,
        "name='name' is not a column of the data. The columns are 'gap'.",
    ),
    # --- options
    "n of nobody": (
        lambda: check(n=0),
        ParameterError,
        "n must be a whole number >= 1, but it is 0.",
    ),
    "half a respondent": (
        lambda: check(n=2.5),
        ParameterError,
        "n must be a whole number >= 1, but it is 2.5.",
    ),
    "overall in words": (
        lambda: check(overall="low"),
        ParameterError,
        f"overall: {NEEDED.format('low')}",
    ),
    "quantile": (
        lambda: check(quantile="z"),
        ParameterError,
        "PublishedConvention: quantile: input should be 't' or 'normal', but it is 'z'.",
    ),
    "rounding": (
        lambda: check(rounding="up"),
        ParameterError,
        "PublishedConvention: rounding: input should be 'nearest' or 'truncated', but it is 'up'.",
    ),
    "divisor": (
        lambda: check(sd_divisor="n-1"),
        ParameterError,
        "PublishedConvention: sd_divisor: input should be 'n - 1' or 'n', but it is 'n-1'.",
    ),
    "level": (
        lambda: check(level=95),
        ParameterError,
        "PublishedConvention: level must be < 1, but it is 95. Did you mean 0.95?",
    ),
    "scale": (
        lambda: check(scale=7),
        ParameterError,
        ("PublishedConvention: scale must be Scale(…), but it is 7."),
    ),
    "exact column": (
        lambda: check(exact=["weights"]),
        ParameterError,
        (
            f"exact names the column 'weights', but the columns are {COLUMNS}. Did you mean "
            f"'weight'?"
        ),
    ),
    "decimals of a column": (
        lambda: check(decimals={"gaps": 2}),
        ParameterError,
        f"decimals names the column 'gaps', but the columns are {COLUMNS}. Did you mean 'gap'?",
    ),
    "negative decimals": (
        lambda: check(decimals={"gap": -1}),
        ParameterError,
        "decimals must be a whole number from 0 to 15, but for 'gap' it is -1.",
    ),
}


@pytest.mark.parametrize(("call", "kind", "message"), CASES.values(), ids=CASES)
def test_messages(call, kind, message):
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == message


def test_one_name_may_be_exact_without_a_list():
    assert check_published([ROW | {"weight": 100}], exact="weight", scale=Scale(1, 7)).consistent
