"""What a report of many customers does once: the file is looked through, customers are found."""

from types import SimpleNamespace

import numpy as np
import pytest

from custvalue._frames import csv
from custvalue._report.scores import NOBODY, places


def answered(labels):
    return SimpleNamespace(customer=np.array(labels), used=np.ones(len(labels), dtype=bool))


def customers(labels):
    return SimpleNamespace(history=SimpleNamespace(customer=np.array(labels)))


def test_whole_numbers_are_found_as_their_words_are():
    known, asked = [40, 10, 30, 20, -5], [20, 20, 99, -5, 40, 11, -9]
    found = places(answered(asked), customers(known))
    words = places(answered([str(its) for its in asked]), customers([str(its) for its in known]))
    assert found.tolist() == words.tolist() == [3, 3, NOBODY, 4, 0, NOBODY, NOBODY]


def test_numbers_of_another_kind_are_still_found():
    found = places(answered([20.0, 10.5, 40.0]), customers([40, 10, 30, 20]))
    assert found.tolist() == [3, NOBODY, 0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"1,2\n3,4\n", False),
        (b"1,2 \n3 ,4\n", False),
        (b"1, 2\n3,4\n", True),
        (b"1,2\n 3,4\n", True),
        (b" 1,2\n3,4\n", True),
        (b'1," 2"\n3,4\n', True),
    ],
)
def test_entries_are_looked_at_for_spaces_only_where_one_may_begin_with_it(text, expected):
    assert csv._has_spaces(text, 0, ",") is expected
