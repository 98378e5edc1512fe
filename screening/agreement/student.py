"""Student's t: the quantile that an interval of few items needs.

The distribution is an incomplete beta function, here by its continued fraction
(Abramowitz and Stegun 1964, 26.5.8 and 26.7.1), and turned round by bisection.
"""

from functools import lru_cache
from math import exp, lgamma, log

_SMALL = 1e-300
_STEPS = 300
_ENOUGH = 1e-14


@lru_cache(maxsize=256)
def quantile(probability: float, freedom: int) -> float:
    """Return t, under which lies this share of the distribution.

    Raises ValueError unless the share is above one half and there is a degree of
    freedom.
    """
    if not 0.5 < probability < 1 or freedom < 1:
        raise ValueError("A quantile above the median of at least one degree.")
    low, high = 0.0, 1.0
    while below(high, freedom) < probability:
        high *= 2
    for _ in range(100):
        middle = (low + high) / 2
        if below(middle, freedom) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def below(t: float, freedom: int) -> float:
    """Return the share of the distribution that lies below t, which is not negative."""
    tail = _beta(freedom / (freedom + t * t), freedom / 2, 0.5)
    return 1 - tail / 2


def _beta(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    """Return the continued fraction, by the method of Lentz."""
    value, upper, lower = 1.0, 1.0, 0.0
    for step in range(_STEPS):
        half = step // 2
        if step == 0:
            factor = 1.0
        elif step % 2:
            factor = -(a + half) * (a + b + half) * x
            factor /= (a + 2 * half) * (a + 2 * half + 1)
        else:
            factor = half * (b - half) * x / ((a + 2 * half - 1) * (a + 2 * half))
        lower = 1 / ((1 + factor * lower) or _SMALL)
        upper = (1 + factor / upper) or _SMALL
        change = upper * lower
        value *= change
        if abs(change - 1) < _ENOUGH:
            break
    return value - 1
