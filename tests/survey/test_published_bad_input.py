"""What cannot be checked in a published table is said in words: the exact messages."""

import pytest

from custvalue._survey.published.reading import PublishedRow
from custvalue.errors import DataError, ParameterError
from custvalue.survey import Scale, check_published

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
    "a printed number is needed, as in '-0.50', but it is {!r}. Omit what the table does not print."
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
            "PublishedRow needs 'name'; other fields: 'n', 'items', 'perception', "
            "'perception_sd', 'expectation', 'expectation_sd', 'gap', 'mean', 'sd', "
            "'standard_error', 't', 'against' and 5 more."
        ),
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
            "rows must be a list of mappings, or a dataframe with the columns of a published "
            "table, but it is 7."
        ),
    ),
    "a list of words": (
        lambda: check(["x"]),
        DataError,
        "a row must be a mapping, but it is 'x'.",
    ),
    "unknown column": (
        lambda: check({"name": ["x"], "expectations": ["6.1"]}),
        DataError,
        (
            f"unknown column 'expectations'; a published table has {FIELDS}. Did you mean "
            f"'expectation'?"
        ),
    ),
    "a frame without names": (
        lambda: check({"gap": ["-0.5"]}),
        DataError,
        "name='name' is not a column of the data. The columns are 'gap'.",
    ),
    # --- options
    "overall in words": (
        lambda: check(overall="low"),
        ParameterError,
        f"overall: {NEEDED.format('low')}",
    ),
    "exact column": (
        lambda: check(exact=["weights"]),
        ParameterError,
        (
            f"PublishedConvention: exact.0: the columns are {COLUMNS}, not 'weights'. Did you mean "
            f"'weight'?"
        ),
    ),
    "decimals of a column": (
        lambda: check(decimals={"gaps": 2}),
        ParameterError,
        (
            f"PublishedConvention: decimals.gaps.[key]: the columns are {COLUMNS}, not 'gaps'. Did "
            f"you mean 'gap'?"
        ),
    ),
}


@pytest.mark.parametrize(("call", "kind", "message"), CASES.values(), ids=CASES)
def test_messages(call, kind, message):
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == message


def test_one_name_may_be_exact_without_a_list():
    assert check_published([ROW | {"weight": 100}], exact="weight", scale=Scale(1, 7)).consistent
