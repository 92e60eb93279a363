"""How figures are gathered and printed."""

from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import TypeVar

T = TypeVar("T")


def alternate(
    measures: Mapping[str, Callable[[], T]], *, rounds: int, warm_up: int = 1
) -> dict[str, list[T]]:
    """Return the figures of several measures taken in turn, so that a drift of the machine meets them all."""
    figures: dict[str, list[T]] = {name: [] for name in measures}
    for number in range(warm_up + rounds):
        for name, measure in measures.items():
            figure = measure()
            if number >= warm_up:
                figures[name].append(figure)
    return figures


def report(
    title: str, unit: str, figures: Mapping[str, Sequence[float]], *, baseline: str, goal: str
) -> None:
    """Print medians with their range, and each median's ratio to the baseline's."""
    base = median(figures[baseline])
    print(f"\n{title} ({unit}; goal: {goal})")
    for name, values in figures.items():
        ratio = f"{median(values) / base:6.2f} ×" if base else ""
        print(f"  {name:34s} {median(values):10.2f}  ({min(values):.2f} – {max(values):.2f})  {ratio}")
