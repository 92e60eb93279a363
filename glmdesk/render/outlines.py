"""Characters as outlines: how formulas are given those that their own font does not have, such as Chinese."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple


class MoveTo(NamedTuple):
    """Begin a contour at a point. A contour is closed where the next one begins."""

    x: float
    y: float


class LineTo(NamedTuple):
    """Go straight to a point."""

    x: float
    y: float


class CurveTo(NamedTuple):
    """Go to the last point along a cubic Bézier curve with the first two as its controls."""

    x1: float
    y1: float
    x2: float
    y2: float
    x: float
    y: float


Command = MoveTo | LineTo | CurveTo


@dataclass(frozen=True, slots=True)
class Outline:
    """A character, in em, its origin on the baseline at the left; y grows upwards."""

    commands: tuple[Command, ...]
    advance: float
    """How far right of its origin the next character stands."""


OutlineOf = Callable[[str], Outline | None]
"""Gives a character as an outline; None when there is none to be had."""
