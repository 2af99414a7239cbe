"""Returns and their purchases, one return after another, as one would on paper."""


def paired(rows, *, by_product):
    """Return the rows that are left, with what is left of them, and how many were what.

    Rows are (customer, day, amount, product). Of one day, purchases come before returns; of rows
    of a day, the one further down is later.
    """
    order = sorted(range(len(rows)), key=lambda row: (rows[row][1], rows[row][2] < 0))
    left = [row[2] for row in rows]
    seen, paired_returns, unmatched = [], 0, 0
    for row in order:
        who, _, amount, product = rows[row]
        if amount >= 0:
            seen.append(row)
            continue
        mine = [
            other
            for other in seen[::-1]
            if rows[other][0] == who and (not by_product or rows[other][3] == product)
        ]
        if not by_product:
            mine = [other for other in mine if rows[other][2] == -amount]
        open_ones = [other for other in mine if left[other] > 0]
        same = [other for other in open_ones if left[other] == -amount]
        if same:
            left[same[0]] = 0
        elif by_product and sum(left[other] for other in open_ones) >= -amount:
            due = -amount
            for other in open_ones:
                taken = min(due, left[other])
                left[other] -= taken
                due -= taken
        else:
            unmatched += 1
            continue
        paired_returns += 1
        left[row] = None
    kept = [
        (who, day, left[row], product)
        for row, (who, day, amount, product) in enumerate(rows)
        if left[row] is not None and not (amount > 0 and left[row] == 0)
    ]
    bought = [row for row, each in enumerate(rows) if each[2] > 0]
    cancelled = sum(left[row] == 0 for row in bought)
    reduced = sum(0 < left[row] < rows[row][2] for row in bought)
    return kept, (paired_returns, cancelled, reduced, unmatched)
