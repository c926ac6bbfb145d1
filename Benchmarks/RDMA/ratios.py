"""What pairs of measurements come to: a median of ratios and an interval for it that assumes no distribution."""

import math


def median(values):
    """The middle value; the mean of the two middle ones where their number is even."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def interval_ranks(count, confidence=0.95):
    """The ranks (from 1) of the ordered values that enclose the median, and with which probability they do.

    Of n independent values each lies below the median with probability 1/2, so the k-th and the (n + 1 - k)-th enclose
    it with probability 1 - 2 P(B(n, 1/2) < k) (David and Nagaraja, "Order Statistics", section 7.1). The narrowest such
    pair that reaches the confidence is taken; None where even the extremes do not (fewer than 6 values for 95 %).
    """
    below = 0.0
    best = None
    for rank in range(1, count // 2 + 1):
        below += math.comb(count, rank - 1) / 2 ** count
        if 1 - 2 * below < confidence:
            break
        best = (rank, count + 1 - rank, 1 - 2 * below)
    return best


def summary(ratios):
    """Median and interval of ratios, each the quotient of one pair; the interval is None where they are too few."""
    ordered = sorted(ratios)
    result = {"pairs": len(ordered), "median": median(ordered) if ordered else None, "interval": None}
    ranks = interval_ranks(len(ordered))
    if ranks:
        low, high, coverage = ranks
        result["interval"] = {
            "lower": ordered[low - 1], "upper": ordered[high - 1], "ranks": [low, high], "coverage_share": coverage}
    return result


def nearest_rank(samples, numerator, denominator):
    """A percentile as rdmaprobe takes it: the smallest sample that at least that share of them does not exceed."""
    ordered = sorted(samples)
    return ordered[max(0, -(-len(ordered) * numerator // denominator) - 1)]
