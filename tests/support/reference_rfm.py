"""Scores and segments of customers, one by one and by counting; slow, and independent."""


def scores(goodness, k):
    """Score each customer by the share of the others who are strictly worse."""
    n = len(goodness)
    return [1 + (k * sum(other < own for other in goodness)) // n for own in goodness]


def segment(recency, frequency):
    """Name the segment of two scores of 1 to 5, as the map that circulates has it."""
    if recency <= 2:
        if frequency <= 2:
            return "hibernating"
        return "at risk" if frequency <= 4 else "cannot lose them"
    if recency == 3 and frequency <= 3:
        return "about to sleep" if frequency <= 2 else "need attention"
    if recency == 5 and frequency >= 4:
        return "champions"
    if frequency >= 4:
        return "loyal customers"
    if frequency == 1:
        return "new customers" if recency == 5 else "promising"
    return "potential loyalists"


def of_log(rows, end):
    """Return days since the last purchase, purchase days and total spend by customer."""
    found = {}
    for who, day, paid in rows:
        days, spent = found.setdefault(who, (set(), []))
        days.add(day)
        spent.append(paid)
    return {
        who: ((end - max(days)).days, len(days), sum(spent)) for who, (days, spent) in found.items()
    }
