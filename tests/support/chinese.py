"""Texts of a page, and the marks in it that are not Chinese."""

from __future__ import annotations

import html
import re

HALF_WIDTH = re.compile(
    r"[\u4e00-\u9fff][,:;?!(]|[\u4e00-\u9fff] \([^)]*[\u4e00-\u9fff]|[,:;?!)][\u4e00-\u9fff]|"
    r"\([^()]*[\u4e00-\u9fff]{2}[^()]*\)"
)


def words(page):
    """Return all texts of a page: between its tags, and what its pictures show."""
    body = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    found = [*re.findall(r">([^<]+)<", body), *re.findall(r'aria-label="([^"]*)"', body)]
    return [html.unescape(one).replace("\N{NO-BREAK SPACE}", " ").strip() for one in found]


def wrong_marks(text):
    """Return the half-width marks of a text that stand in Chinese."""
    return HALF_WIDTH.findall(text)
