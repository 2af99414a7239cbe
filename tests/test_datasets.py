"""The embedded log is the published one; datasets behave like mappings and print well."""

from __future__ import annotations

import numpy as np
import pytest

from custvalue import datasets
from custvalue.datasets import Dataset


@pytest.mark.parametrize(
    ("period", "rows", "first", "last"),
    [
        ("calibration", 4960, "1997-01-01", "1997-09-30"),
        ("holdout", 1959, "1997-10-01", "1998-06-30"),
        ("all", 6919, "1997-01-01", "1998-06-30"),
    ],
)
def test_periods_of_cdnow(period, rows, first, last):
    log = datasets.cdnow(period)
    assert log.rows == rows
    assert log["date"].min() == np.datetime64(first)
    assert log["date"].max() == np.datetime64(last)


def test_cdnow_is_the_published_sample():
    log = datasets.cdnow("all")
    assert len(np.unique(log["customer_id"])) == 2357
    # 946 repeaters with 2,457 repeat days in the calibration period, 1,882 days in the holdout
    # (Fader, Hardie & Lee 2005)
    early = datasets.cdnow()
    days = np.unique(np.column_stack([early["customer_id"], early["date"].astype("i8")]), axis=0)
    purchases = np.bincount(days[:, 0])[1:]
    assert (purchases > 1).sum() == 946
    assert (purchases - 1).sum() == 2457
    late = datasets.cdnow("holdout")
    later = np.unique(np.column_stack([late["customer_id"], late["date"].astype("i8")]), axis=0)
    assert len(later) == 1882
    assert (log["spend"] == 0).sum() == 8


def test_types_are_what_the_documentation_says():
    kinds = {name: array.dtype for name, array in datasets.cdnow().items()}
    assert kinds == {
        "customer_id": np.dtype("i8"),
        "date": np.dtype("M8[D]"),
        "quantity": np.dtype("i8"),
        "spend": np.dtype("f8"),
    }


def test_arrays_cannot_be_written_and_are_not_shared():
    log = datasets.cdnow("all")
    with pytest.raises(ValueError, match="read-only"):
        log["spend"][0] = 0.0
    assert not np.shares_memory(log["spend"], datasets.cdnow("all")["spend"])


@pytest.mark.parametrize("backend", ["pandas", "polars", "pyarrow"])
def test_dataset_becomes_a_frame(backend):
    frame = datasets.cdnow().to_frame(like=backend)
    assert frame.shape == (4960, 4)
    assert type(frame).__module__.split(".")[0] == backend


def test_dataset_prints_its_head_and_its_source():
    small = Dataset("visits", {"customer": np.array(["a", "b"])}, source="typed by hand")
    assert repr(small) == "Dataset('visits', rows=2, columns=('customer',))"
    assert str(small).splitlines() == [
        "visits",
        "────────",
        "customer",
        "────────",
        "a",
        "b",
        "────────",
        "2 rows, of which the first 2 are shown.",
        "Source: typed by hand.",
    ]
    assert "<caption>CDNOW, calibration</caption>" in datasets.cdnow()._repr_html_()


def test_dataset_goes_to_json_and_back_with_its_types():
    arrays = {
        "day": np.array(["2024-01-31", "2024-02-01"], dtype="M8[D]"),
        "spend": np.array([1.5, np.nan]),
        "name": np.array(["é", "中"]),
    }
    data = Dataset("visits", arrays, source="typed by hand")
    again = Dataset.from_json(data.to_json())
    assert again == data
    assert again["day"].dtype == np.dtype("M8[D]")
    assert not again["spend"].flags.writeable


def test_datasets_differ_by_name_column_and_value():
    data = Dataset("a", {"x": np.array([1, 2])}, source="s")
    assert data != Dataset("b", {"x": np.array([1, 2])}, source="s")
    assert data != Dataset("a", {"y": np.array([1, 2])}, source="s")
    assert data != Dataset("a", {"x": np.array([1, 3])}, source="s")
    assert data != {"x": np.array([1, 2])}


def test_unknown_period_is_refused():
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the message is compared below
        datasets.cdnow("callibration")  # type: ignore[arg-type]
    assert str(caught.value) == (
        "period must be one of 'calibration', 'holdout', 'all', but it is 'callibration'. "
        "Did you mean 'calibration'?"
    )
