"""The pages of three studies, in both languages, as text."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np
from ledger_cases.offered import rows
from rich_study import DEALERSHIP as MANY
from rich_study import PLAIN, RICH, plain_log, plain_survey, rich_survey

from custvalue._report.build import Given, build, build_report
from custvalue._report.study import parse_study

LOOSER = {"report": 1e-6}


STUDIES: dict[str, Callable[[], Any]] = {
    "rich": lambda: (RICH, rich_survey(), MANY.transactions),
    "plain": lambda: (PLAIN, plain_survey(), plain_log()),
    "survey only": lambda: (alone("survey"), plain_survey(), None),
    "log only": lambda: (alone("transactions"), None, plain_log()),
    "few": lambda: (PLAIN, few(), plain_log()),
}


def alone(which: str) -> str:
    """Return the plain study with one of its two halves."""
    head, _, rest = PLAIN.partition("[survey]")
    survey, _, log = rest.partition("[transactions]")
    return head + ("[survey]" + survey if which == "survey" else "[transactions]" + log)


def few() -> dict[str, Any]:
    rows = np.arange(0, 240, 6)
    return {name: column[rows] for name, column in plain_survey().items()}


RATED = """
title = "Ratings"
currency = "EUR"
[ratings]
supplier = "garage"
own = "us"
value = {repair = "repair", advice = "advice"}
cost = {monetary = "bill", time = "hours"}
scale = [1, 10]
rates = {repair = 40, advice = 10, time = 20}
importance = {repair = 70, advice = 30}
price_weight = 0.4
weights = "w"
"""


def rated(language: str) -> Any:
    study = parse_study("study.toml", f'lang = "{language}"\n{RATED}')
    report = build(study, Given(ratings=rows("plain"))).report
    return lines(report)


@cache
def reported(name: str, language: str) -> Any:
    study, survey, log = STUDIES[name]()
    study = (
        study.replace('title = "', f'lang = "{language}"\ntitle = "', 1)
        if language == "zh"
        else study
    )
    tables = {"survey": survey, "transactions": log}
    return build_report(
        parse_study("study.toml", study),
        **{key: its for key, its in tables.items() if its is not None},
    )


def said(name: str, language: str) -> Any:
    return lines(reported(name, language))


def lines(report: Any) -> list[str]:
    """Return what it says, but for the versions of libraries."""
    return re.sub(r"(numpy|scipy) [\d.]+\d", r"\1", report.to_text()).splitlines()


def cases() -> dict[str, Callable[[], Any]]:
    """Return the calls by name."""
    found = {f"report: rated, {language}": partial(rated, language) for language in ("en", "zh")}
    return found | {
        f"report: {name}, {language}": partial(said, name, language)
        for name in STUDIES
        for language in (("en", "zh") if name == "plain" else ("en",))
    }
