"""Blocks as HTML with its looks inline, for the clipboard.

It holds nothing that whoever receives it would fetch or run: text is escaped, images are links to what they
show, links are those that `Link` allows. Formulas are MathML, or TeX where there is none for them. What is
read from the other side than the text around it says so.
"""

from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple, assert_never

from glmdesk.domain.address import is_allowed
from glmdesk.markup import escape
from glmdesk.render import blocks as b
from glmdesk.render.direction import blocks_from_right
from glmdesk.render.mathml import mathml
from glmdesk.render.runs import image_label

Direction = Literal["ltr", "rtl"]

_MONOSPACE: Final = "font-family:Consolas,Menlo,'DejaVu Sans Mono',monospace"
_CODE: Final = f"{_MONOSPACE};background:#f4f4f4"
_BLOCK_OF_CODE: Final = f"{_CODE};padding:8px;white-space:pre-wrap"
_QUOTE: Final = "margin:0 4px;padding-{side}:12px;border-{side}:3px solid #ccc;color:#555"
_FORMULA: Final = "text-align:center"
_TABLE: Final = "border-collapse:collapse"
_CELL: Final = "border:1px solid #ccc;padding:4px 8px"


def rich_text(blocks: Iterable[b.Block], around: Direction = "ltr") -> str:
    """Return blocks as a piece of HTML that stands in text of a direction."""
    return "\n".join(_block_html(block, around) for block in blocks)


def _block_html(block: b.Block, around: Direction) -> str:
    inside = _direction(block)
    directed = _Directed(inside, around)
    match block:
        case b.Heading(level=level, inlines=inlines):
            html = directed.element(f"h{level}", rich_line(inlines))
        case b.Paragraph(inlines=inlines):
            html = directed.element("p", rich_line(inlines))
        case b.BulletList() | b.OrderedList():
            html = _list_html(block, directed)
        case b.Quote(blocks=nested):
            side = "right" if inside == "rtl" else "left"
            html = directed.element("blockquote", rich_text(nested, inside), _QUOTE.format(side=side))
        case b.Footnote(label=label, blocks=nested):
            html = _note_html(_element("sup", escape(label)), nested, around)
        case b.Details(summary=summary, blocks=nested):
            html = _element("p", _element("strong", escape(summary))) + rich_text(nested, around)
        case _:
            html = _leaf_html(block, directed)
    return html


def _direction(block: b.Block) -> Direction:
    return "rtl" if blocks_from_right((block,)) else "ltr"


class _Directed(NamedTuple):
    """Makes elements that say from which side they are read, where that is not clear."""

    inside: Direction
    around: Direction

    def element(self, tag: str, content: str, style: str = "", start: int | None = None) -> str:
        """Return an element; `start` is the first number of a list."""
        looks = {"dir": "" if self.inside == self.around else self.inside, "style": style}
        if start is not None:
            looks["start"] = str(start)
        said = "".join(f' {name}="{escape(value)}"' for name, value in looks.items() if value)
        return f"<{tag}{said}>{content}</{tag}>"


def _leaf_html(block: b.Leaf, directed: _Directed) -> str:
    match block:
        case b.Code(text=text):
            html = _code_html(text, directed)
        case b.Written(text=text):
            html = directed.element("p", written_line(text))
        case b.Math(tex=tex):
            formula = mathml(tex, display=True)
            html = (
                _code_html(block.source, directed)
                if formula is None
                else directed.element("p", formula, _FORMULA)
            )
        case b.Table():
            html = _table_html(block, directed)
        case b.Rule():
            html = "<hr>"
        case _:
            assert_never(block)
    return html


def _code_html(text: str, directed: _Directed) -> str:
    return directed.element("pre", _element("code", escape(text), _MONOSPACE), _BLOCK_OF_CODE)


def _note_html(mark: str, blocks: b.Blocks, around: Direction) -> str:
    """Return a note whose first words stand beside its mark."""
    match blocks:
        case (b.Paragraph(inlines=inlines) as first, *rest):
            beside = _Directed(_direction(first), around).element("p", f"{mark} {rich_line(inlines)}")
            return "\n".join((beside, *(_block_html(block, around) for block in rest)))
        case _:
            return _element("p", mark) + rich_text(blocks, around)


def _list_html(block: b.BulletList | b.OrderedList, directed: _Directed) -> str:
    is_numbered = isinstance(block, b.OrderedList)
    items = "".join(
        _item_html(item, directed.inside, is_tight=block.tight, is_numbered=is_numbered)
        for item in block.items
    )
    start = block.start if isinstance(block, b.OrderedList) else None
    return directed.element("ol" if is_numbered else "ul", items, start=start)


def _item_html(item: b.ListItem, around: Direction, *, is_tight: bool, is_numbered: bool) -> str:
    has_box_alone = item.checked is not None and not is_numbered
    task = {None: "", True: "☑ ", False: "☐ "}[item.checked]
    nested = (
        rich_line(block.inlines)
        if is_tight and isinstance(block, b.Paragraph)
        else _block_html(block, around)
        for block in item.blocks
    )
    # The box of a task stands in place of the bullet.
    return _element("li", task + "\n".join(nested), "list-style-type:none" if has_box_alone else "")


def _table_html(table: b.Table, directed: _Directed) -> str:
    start = "right" if directed.inside == "rtl" else "left"
    alignments = [alignment or start for alignment in table.alignments]
    header = _row_html("th", table.header, alignments)
    rows = [_row_html("td", row, alignments) for row in table.rows]
    return directed.element("table", "".join((header, *rows)), _TABLE)


def _row_html(tag: str, row: b.Row, alignments: Sequence[str]) -> str:
    cells = [
        _element(tag, rich_line(cell), f"{_CELL};text-align:{alignment}")
        for cell, alignment in zip(row, alignments, strict=False)
    ]
    # One cell for all that are missing: thousands of short rows under a wide header stay small.
    missing = len(alignments) - len(row)
    if missing:
        cells.append(f'<{tag} colspan="{missing}" style="{_CELL}"></{tag}>')
    return _element("tr", "".join(cells))


def rich_line(inlines: b.Inlines) -> str:
    """Return a text as a piece of HTML that is no paragraph."""
    return _line_html(inlines, is_link=False)


def _line_html(inlines: b.Inlines, *, is_link: bool) -> str:
    """Return a text, which may be that of a link: a link holds no other one."""
    return "".join(_inline_html(inline, is_link=is_link) for inline in inlines)


def written_line(text: str) -> str:
    """Return text in which nothing is Markdown as a piece of HTML that is no paragraph."""
    return escape(text).replace("\n", "<br>")


def _inline_html(inline: b.Inline, *, is_link: bool) -> str:
    match inline:
        case b.Text(text):
            html = escape(text)
        case b.Image(src=src):
            label = escape(image_label(inline) or src or "")
            html = label if is_link or src is None else f'<a href="{escape(src)}">{label}</a>'
        case b.CodeSpan(text):
            html = _element("code", escape(text), _CODE)
        case b.MathSpan(tex=tex, display=display):
            html = mathml(tex, display=display) or _element("code", escape(inline.source), _CODE)
        case b.LineBreak():
            html = "<br>"
        case b.FootnoteRef(label=label):
            html = _element("sup", escape(label))
        case b.SourceRef():
            html = _element("sup", _linked_html(inline.mark, inline.href))
        case b.Strong() | b.Emphasis() | b.Strike() | b.Link():
            html = _styled_html(inline, is_link=is_link)
        case _:
            assert_never(inline)
    return html


def _styled_html(inline: b.Strong | b.Emphasis | b.Strike | b.Link, *, is_link: bool) -> str:
    nested = _line_html(inline.inlines, is_link=is_link or isinstance(inline, b.Link))
    match inline:
        case b.Strong():
            return _element("strong", nested)
        case b.Emphasis():
            return _element("em", nested)
        case b.Strike():
            return _element("s", nested)
        case b.Link(href=href):
            return _linked_html(nested, href)


def _linked_html(content: str, href: str) -> str:
    return f'<a href="{escape(href)}">{content}</a>' if is_allowed(href) else content


def _element(tag: str, content: str, style: str = "") -> str:
    return _Directed("ltr", "ltr").element(tag, content, style)
