"""Heights of rows with fast sums, so that a scroll position finds its row among any number of them.

Source: P. M. Fenwick, "A new data structure for cumulative frequency tables", 1994.
"""

from collections.abc import Iterable, Iterator
from itertools import accumulate

_MANY = 100
"""Rows. For more of them all sums are made anew: that takes less than adding them one after the other."""


class Heights:
    """Heights in pixels, by row. Changing one and finding a row both take logarithmic time."""

    def __init__(self, heights: Iterable[int] = ()) -> None:
        self._heights = list(heights)
        self._sums = _sums(self._heights)
        self.total = sum(self._heights)

    def __len__(self) -> int:
        return len(self._heights)

    def __getitem__(self, row: int) -> int:
        return self._heights[row]

    def __iter__(self) -> Iterator[int]:
        return iter(self._heights)

    def __setitem__(self, row: int, height: int) -> None:
        difference = height - self._heights[row]
        self._heights[row] = height
        self.total += difference
        node = row + 1
        while node < len(self._sums):
            self._sums[node] += difference
            node += node & -node

    def extend(self, heights: Iterable[int]) -> None:
        """Add rows at the end."""
        added = list(heights)
        if len(added) > _MANY:
            self._heights += added
            self._sums = _sums(self._heights)
            self.total += sum(added)
        else:
            for height in added:
                self.append(height)

    def append(self, height: int) -> None:
        """Add a row at the end."""
        node = len(self._sums)
        below = node - (node & -node)
        self._sums.append(self.top(node - 1) - self.top(below) + height)
        self._heights.append(height)
        self.total += height

    def truncate(self, count: int) -> None:
        """Keep the first rows only."""
        self.total = self.top(count)
        del self._heights[count:]
        del self._sums[count + 1 :]

    def top(self, row: int) -> int:
        """Return where a row begins: the sum of the heights above it."""
        total = 0
        while row:
            total += self._sums[row]
            row &= row - 1
        return total

    def row_at(self, y: float) -> int:
        """Return the row that covers `y`, the first or last one outside of the range. There must be rows."""
        row, above = 0, 0
        step = 1 << (len(self._heights).bit_length() - 1)
        while step:
            candidate = row + step
            if candidate <= len(self._heights) and above + self._sums[candidate] <= y:
                row, above = candidate, above + self._sums[candidate]
            step >>= 1
        return min(row, len(self._heights) - 1)


def _sums(heights: list[int]) -> list[int]:
    """Return for each node of the tree the sum of the heights below it."""
    tops = list(accumulate(heights, initial=0))
    return [top - tops[node & (node - 1)] if node else 0 for node, top in enumerate(tops)]
