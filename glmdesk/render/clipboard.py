"""Blocks as what a person pastes elsewhere: plain text without marks, and HTML with its looks inline.

The HTML holds nothing that whoever receives it would fetch or run: text is escaped, images are their
descriptions, links are those that `Link` allows. Formulas are MathML, or TeX where there is none for them.
"""

from collections.abc import Iterable
from typing import Final, assert_never

from glmdesk.markup import escape
from glmdesk.render import blocks as b
from glmdesk.render.mathml import mathml

_MONOSPACE: Final = "font-family:Consolas,Menlo,'DejaVu Sans Mono',monospace"
_CODE: Final = f"{_MONOSPACE};background:#f4f4f4"
_BLOCK_OF_CODE: Final = f"{_CODE};padding:8px;white-space:pre-wrap"
_QUOTE: Final = "margin:0 0 0 4px;padding-left:12px;border-left:3px solid #ccc;color:#555"
_FORMULA: Final = "text-align:center"
_TABLE: Final = "border-collapse:collapse"
_CELL: Final = "border:1px solid #ccc;padding:4px 8px"


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
        case b.Strong() | b.Emphasis() | b.Strike() | b.Link():
            text = inlines_text(inline.inlines)
        case _:
            assert_never(inline)
    return text


def _cell_text(cell: b.Inlines) -> str:
    """Return a cell as text that cannot be taken for two cells or two rows."""
    return " ".join(inlines_text(cell).split())


def rich_text(blocks: Iterable[b.Block]) -> str:
    """Return blocks as a piece of HTML for the clipboard."""
    return "\n".join(map(_block_html, blocks))


def _block_html(block: b.Block) -> str:
    match block:
        case b.Heading(level=level, inlines=inlines):
            html = _element(f"h{level}", rich_line(inlines))
        case b.Paragraph(inlines=inlines):
            html = _element("p", rich_line(inlines))
        case b.BulletList() | b.OrderedList():
            html = _list_html(block)
        case b.Quote(blocks=nested):
            html = _element("blockquote", rich_text(nested), _QUOTE)
        case b.Footnote(label=label, blocks=nested):
            html = _note_html(_element("sup", escape(label)), nested)
        case b.Details(summary=summary, blocks=nested):
            html = _element("p", _element("strong", escape(summary))) + rich_text(nested)
        case _:
            html = _leaf_html(block)
    return html


def _leaf_html(block: b.Leaf) -> str:
    match block:
        case b.Code(text=text):
            html = _code_html(text)
        case b.Written(text=text):
            html = _element("p", written_line(text))
        case b.Math(tex=tex):
            formula = mathml(tex, display=True)
            html = _code_html(block.source) if formula is None else _element("p", formula, _FORMULA)
        case b.Table():
            html = _table_html(block)
        case b.Rule():
            html = "<hr>"
        case _:
            assert_never(block)
    return html


def _code_html(text: str) -> str:
    return _element("pre", _element("code", escape(text), _MONOSPACE), _BLOCK_OF_CODE)


def _note_html(mark: str, blocks: b.Blocks) -> str:
    """Return a note whose first words stand beside its mark."""
    match blocks:
        case (b.Paragraph(inlines=inlines), *rest):
            return "\n".join((_element("p", f"{mark} {rich_line(inlines)}"), *map(_block_html, rest)))
        case _:
            return _element("p", mark) + rich_text(blocks)


def _list_html(block: b.BulletList | b.OrderedList) -> str:
    is_numbered = isinstance(block, b.OrderedList)
    items = "".join(_item_html(item, is_tight=block.tight, is_numbered=is_numbered) for item in block.items)
    match block:
        case b.BulletList():
            return f"<ul>{items}</ul>"
        case b.OrderedList(start=start):
            return f'<ol start="{start}">{items}</ol>'


def _item_html(item: b.ListItem, *, is_tight: bool, is_numbered: bool) -> str:
    has_box_alone = item.checked is not None and not is_numbered
    task = {None: "", True: "☑ ", False: "☐ "}[item.checked]
    nested = (
        rich_line(block.inlines) if is_tight and isinstance(block, b.Paragraph) else _block_html(block)
        for block in item.blocks
    )
    # The box of a task stands in place of the bullet.
    return _element("li", task + "\n".join(nested), "list-style-type:none" if has_box_alone else "")


def _table_html(table: b.Table) -> str:
    rows = [_row_html("th", table.header, table), *(_row_html("td", row, table) for row in table.rows)]
    return _element("table", "".join(rows), _TABLE)


def _row_html(tag: str, row: b.Row, table: b.Table) -> str:
    cells = [
        _element(tag, rich_line(cell), f"{_CELL};text-align:{alignment or 'left'}")
        for cell, alignment in zip(row, table.alignments, strict=False)
    ]
    # One cell for all that are missing: thousands of short rows under a wide header stay small.
    missing = len(table.header) - len(row)
    if missing:
        cells.append(f'<{tag} colspan="{missing}" style="{_CELL}"></{tag}>')
    return _element("tr", "".join(cells))


def rich_line(inlines: b.Inlines) -> str:
    """Return a text as a piece of HTML that is no paragraph."""
    return "".join(map(_inline_html, inlines))


def written_line(text: str) -> str:
    """Return text in which nothing is Markdown as a piece of HTML that is no paragraph."""
    return escape(text).replace("\n", "<br>")


def _inline_html(inline: b.Inline) -> str:
    match inline:
        case b.Text(text) | b.Image(alt=text):
            html = escape(text)
        case b.CodeSpan(text):
            html = _element("code", escape(text), _CODE)
        case b.MathSpan(tex=tex, display=display):
            html = mathml(tex, display=display) or _element("code", escape(inline.source), _CODE)
        case b.LineBreak():
            html = "<br>"
        case b.FootnoteRef(label=label):
            html = _element("sup", escape(label))
        case b.Strong() | b.Emphasis() | b.Strike() | b.Link():
            html = _styled_html(inline)
        case _:
            assert_never(inline)
    return html


def _styled_html(inline: b.Strong | b.Emphasis | b.Strike | b.Link) -> str:
    nested = rich_line(inline.inlines)
    match inline:
        case b.Strong():
            return _element("strong", nested)
        case b.Emphasis():
            return _element("em", nested)
        case b.Strike():
            return _element("s", nested)
        case b.Link(href=href):
            return f'<a href="{escape(href)}">{nested}</a>'


def _element(tag: str, content: str, style: str = "") -> str:
    return f'<{tag} style="{escape(style)}">{content}</{tag}>' if style else f"<{tag}>{content}</{tag}>"
