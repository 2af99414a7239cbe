"""Segments, cells and histories of customers on paths, from lists of purchases."""

from dataclasses import replace

import numpy as np

from custvalue._histories.covariates.changing.arrays import PathCells, PathSegments
from custvalue._histories.covariates.changing.followed import FollowedPurchases
from custvalue._histories.covariates.changing.table import ChangingCovariates
from custvalue.lifetime import PurchaseHistory


def segments_of(paths):
    """Of lists of (start, stop, z of purchases, z of dropout)."""
    rows = [(number, *piece) for number, path in enumerate(paths) for piece in path]
    path, start, stop, buying, leaving = (list(column) for column in zip(*rows, strict=True))
    return PathSegments(
        start=np.array(start, dtype=float),
        end=np.array(stop, dtype=float),
        path=np.array(path),
        purchase=np.array(buying, dtype=float),
        dropout=np.array(leaving, dtype=float),
    )


def cells_of(segments, path, birth, purchases, end, *, static=None):
    """Every customer is a cell; static covariates, if any, are those of both processes."""
    path, birth = np.asarray(path), np.asarray(birth, dtype=float)
    n = len(path)
    x = np.array([len(each) for each in purchases], dtype=float)
    last = np.array([max([b, *each]) for b, each in zip(birth, purchases, strict=True)])
    end = np.broadcast_to(np.asarray(end, dtype=float), n)
    static = np.zeros((n, 0)) if static is None else np.asarray(static, dtype=float)
    who = np.repeat(np.arange(n), x.astype(int))
    times = np.concatenate([np.asarray(each, dtype=float) for each in purchases])
    seen = segments.at(path[who], times)
    sums = np.hstack((segments.purchase[seen], static[who])).sum(axis=0)
    return PathCells(
        path=path,
        birth=birth,
        frequency=x,
        recency=last - birth,
        age=end - birth,
        count=np.ones(n),
        born_in=segments.at(path, birth),
        last_in=segments.at(path, last),
        ends_in=segments.at(path, end),
        purchase_static=static,
        dropout_static=static.copy(),
        purchase_sum=sums,
        visit_cell=who,
        visit_in=seen,
    )


ORIGIN = np.datetime64("2020-01-06")


def days(number):
    return np.timedelta64(int(number), "D")


def covariates_of(paths, names):
    """Paths in weeks since the origin as a table of changing covariates, by path."""
    rows = [
        (str(number), ORIGIN + days(7 * start), ORIGIN + days(7 * stop - 1), *z)
        for number, path in enumerate(paths)
        for start, stop, z, _ in path
    ]
    path, start, end, *columns = (list(column) for column in zip(*rows, strict=True))
    return ChangingCovariates(
        start=np.array(start),
        end=np.array(end),
        values=dict(zip(names, (np.array(column) for column in columns), strict=True)),
        path=np.array(path),
        path_name="path",
    )


def history_on(paths, path, birth, purchases, end, *, names):
    """A history whose purchases have exact times, in weeks since the origin (a Monday)."""
    covariates = covariates_of(paths, names)
    birth, origin = np.asarray(birth, dtype=float), ORIGIN.astype(int)
    x = np.array([len(each) for each in purchases], dtype=float)
    last = np.array([max([b, *each]) for b, each in zip(birth, purchases, strict=True)])
    labels = {label: place for place, label in enumerate(covariates.paths)}
    known = FollowedPurchases(
        covariates=covariates,
        path=np.array([labels[str(each)] for each in path]),
        birth=origin + 7 * birth,
        days=origin + 7 * np.concatenate([np.sort(each) for each in purchases]),
    )
    plain = PurchaseHistory.from_arrays(
        frequency=x, recency=last - birth, age=end - birth, unit="week"
    )
    return replace(plain, changing=known)
