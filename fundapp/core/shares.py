"""Shares of a whole: exact fractions inside, whole millionths (ppm) where they are kept and compared."""

from fractions import Fraction

MILLION = 1_000_000


def share_of(value: Fraction | int | str, lowest: int, highest: int) -> Fraction:
    """Give the part of a scale that a value covers, 0 to 1. Raises ValueError outside the scale."""
    exact = Fraction(value)
    if not lowest <= exact <= highest:
        raise ValueError(f"{value} is not on the scale from {lowest} to {highest}")
    return (exact - lowest) / (highest - lowest)


def ppm(share: Fraction) -> int:
    """Round a share to whole millionths, half to even."""
    return round(share * MILLION)
