"""Value maps the slow way: one supplier, one attribute, one respondent at a time."""


def weighted_mean(values, weights):
    return sum(v * w for v, w in zip(values, weights, strict=True)) / sum(weights)


def means(rows, supplier, column):
    """Mean of a column over the ratings of a supplier; a row is a dict with its weight ``w``."""
    own = [row for row in rows if row["supplier"] == supplier]
    return weighted_mean([row[column] for row in own], [row["w"] for row in own])


def ratio(rows, supplier, column, suppliers, *, shares=None, against="rivals"):
    """Own mean over the mean of the others, in shares."""
    others = [its for its in suppliers if against == "market" or its != supplier]
    weights = [1.0 if shares is None else shares[its] for its in others]
    other = weighted_mean([means(rows, its, column) for its in others], weights)
    return means(rows, supplier, column) / other


def quality(rows, supplier, importance, suppliers, **how):
    total = sum(importance.values())
    return 100 * sum(
        weight / total * ratio(rows, supplier, column, suppliers, **how)
        for column, weight in importance.items()
    )


def price(rows, supplier, column, suppliers, **how):
    return 100 * ratio(rows, supplier, column, suppliers, **how)


def least_squares(points):
    n = len(points)
    x, y = sum(p[0] for p in points) / n, sum(p[1] for p in points) / n
    slope = sum((a - x) * (b - y) for a, b in points) / sum((a - x) ** 2 for a, _ in points)
    return y - slope * x, slope


def error_of(statistic, rows):
    """Linearised standard error: each supplier's ratings vary by themselves."""
    step, variance = 1e-5, 0.0
    for supplier in sorted({row["supplier"] for row in rows}):
        own = [k for k, row in enumerate(rows) if row["supplier"] == supplier]
        squares = 0.0
        for k in own:
            more = [dict(row) for row in rows]
            less = [dict(row) for row in rows]
            more[k]["w"] += step
            less[k]["w"] -= step
            moved = (statistic(more) - statistic(less)) / (2 * step) * rows[k]["w"]
            squares += moved**2
        variance += len(own) / (len(own) - 1) * squares
    return variance**0.5
