"""Blocks as plain text, without marks: what a person pastes where there is nothing but characters."""

from collections.abc import Iterable
from typing import assert_never

from glmdesk.render import blocks as b


def plain_text(blocks: Iterable[b.Block]) -> str:
    """Return blocks as text: items with bullets or numbers, cells separated by tabs.

    Formulas keep their delimiters, nothing else its marks.
    """
    return "\n\n".join(filter(None, map(_block_text, blocks)))


def _block_text(block: b.Block) -> str:
    match block:
        case b.Heading(inlines=inlines) | b.Paragraph(inlines=inlines):
            text = inlines_text(inlines)
        case b.BulletList() | b.OrderedList():
            text = _list_text(block)
        case b.Quote(blocks=nested):
            text = plain_text(nested)
        case b.Footnote(label=label, blocks=nested):
            text = f"[{label}] {plain_text(nested)}"
        case b.Code(text=text) | b.Written(text=text):
            pass
        case b.Details(summary=summary, blocks=nested):
            text = f"{summary}\n\n{plain_text(nested)}"
        case b.Math():
            text = block.source
        case b.Table(header=header, rows=rows):
            text = "\n".join("\t".join(map(_cell_text, row)) for row in (header, *rows))
        case b.Rule():
            text = ""
        case _:
            assert_never(block)
    return text


def _list_text(block: b.BulletList | b.OrderedList) -> str:
    start = block.start if isinstance(block, b.OrderedList) else None
    between = "\n" if block.tight else "\n\n"
    texts: list[str] = []
    for number, item in enumerate(block.items, start or 0):
        mark = _mark(item, None if start is None else number)
        text = between.join(filter(None, map(_block_text, item.blocks)))
        texts.append(mark + text.replace("\n", "\n" + " " * len(mark)))
    return between.join(texts)


def _mark(item: b.ListItem, number: int | None) -> str:
    """Return what stands before an item; `number` is None in a list of bullets."""
    task = {None: "", True: "☑ ", False: "☐ "}[item.checked]
    if number is None:
        return task or "• "
    return f"{number}. {task}"


def inlines_text(inlines: b.Inlines) -> str:
    """Return a text without marks."""
    return "".join(map(_inline_text, inlines))


def _inline_text(inline: b.Inline) -> str:
    match inline:
        case b.Text(text) | b.CodeSpan(text) | b.Image(alt=text):
            pass
        case b.MathSpan():
            text = inline.source
        case b.LineBreak():
            text = "\n"
        case b.FootnoteRef(label=label):
            text = f"[{label}]"
        case b.SourceRef():
            text = inline.mark
        case b.Strong() | b.Emphasis() | b.Strike() | b.Link():
            text = inlines_text(inline.inlines)
        case _:
            assert_never(inline)
    return text


def _cell_text(cell: b.Inlines) -> str:
    """Return a cell as text that cannot be taken for two cells or two rows."""
    return " ".join(inlines_text(cell).split())
