"""Segments and cells of customers on paths, from lists of purchases."""

import numpy as np

from custvalue._lifetime.covariates.changing.arrays import PathCells, PathSegments


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
