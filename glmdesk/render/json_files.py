"""A table of JSON as texts for others: CSV and tab-separated values for spreadsheets, and Markdown."""

import re
from collections.abc import Sequence
from typing import Final, Literal

from glmdesk.domain.json_table import JsonTable, cell_text
from glmdesk.domain.strict_json import Json, written
from glmdesk.render.csv_text import guarded, separated

_MARKS: Final = re.compile(r"[\\`*_\[\]<>|~$]")

Manner = Literal["csv", "tsv", "markdown", "json"]


def table_text(table: JsonTable, manner: Manner, order: Sequence[int] | None = None) -> str:
    """Return a table with its rows in an order; None: as they came."""
    rows = table.rows if order is None else [table.rows[number] for number in order]
    match manner:
        case "csv":
            return separated(_lines(table, order))
        case "tsv":
            return separated(_lines(table, order), between="\t")
        case "markdown":
            lines = [list(table.columns), *([cell_text(one) for one in line] for line in table.lines(order))]
            written_lines = [" | ".join(map(_in_markdown, line)) for line in lines]
            written_lines.insert(1, " | ".join("---" for _column in table.columns))
            return "".join(f"| {line} |\n" for line in written_lines)
        case "json":
            return written(list[Json](rows), indent=2)


def _lines(table: JsonTable, order: Sequence[int] | None) -> list[list[str]]:
    return [list(map(guarded, table.columns)), *([_cell(one) for one in line] for line in table.lines(order))]


def _in_markdown(text: str) -> str:
    """Return a text of one line in which nothing is taken for a mark."""
    return _MARKS.sub(r"\\\g<0>", " ".join(text.split()))


def _cell(value: Json) -> str:
    # Numbers are none that a spreadsheet could take for a formula, however they are written.
    return guarded(value) if isinstance(value, str) else cell_text(value)
