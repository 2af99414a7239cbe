"""Helpers for words."""

import pytest

from custvalue._words import did_you_mean


@pytest.mark.parametrize(
    ("said", "known", "meant"),
    [
        ("satisfed", ["satisfied", "dissatisfied"], "satisfied"),
        ("unsatisfied", ["satisfied", "dissatisfied"], "dissatisfied"),
        ("disatisfied", ["satisfied", "dissatisfied"], "dissatisfied"),
        ("不太容易", ["容易", "不容易"], "不容易"),
        ("intervl", ["interval"], "interval"),
        ("frequancy", ["frequency"], "frequency"),
        ("verry good", ["very good", "very poor"], "very good"),
        ("非常喜欢", ["喜欢"], "喜欢"),
    ],
)
def test_the_closest_of_the_same_meaning_is_offered(said, known, meant):
    assert did_you_mean(said, known) == f" Did you mean {meant!r}?"


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("not satisfied", "satisfied"),
        ("unsatisfied", "satisfied"),
        ("satisfied", "dissatisfied"),
        ("not_important", "important"),
        ("isn't easy", "is easy"),
        ("不太容易", "容易"),
        ("没有问题", "有问题"),
        ("very poor", "very good"),
        ("比较好", "比较差"),
    ],
)
def test_the_opposite_is_never_offered(said, known):
    assert did_you_mean(said, [known]) == ""
