"""Blocks as the HTML in which the CommonMark specification gives its examples."""

from collections.abc import Iterable
from html import escape
from typing import assert_never

from glmdesk.render import blocks as b


def to_html(blocks: Iterable[b.Block]) -> str:
    return "".join(f"{_block(block)}\n" for block in blocks)


def _block(block: b.Block) -> str:
    match block:
        case b.Heading(level=level, inlines=inlines):
            return f"<h{level}>{_inlines(inlines)}</h{level}>"
        case b.Paragraph(inlines=inlines):
            return f"<p>{_inlines(inlines)}</p>"
        case b.Quote(blocks=blocks):
            return f"<blockquote>\n{to_html(blocks)}</blockquote>"
        case b.BulletList() | b.OrderedList():
            return _list(block)
        case _:
            return _leaf_block(block)


def _leaf_block(block: b.Leaf | b.Footnote | b.Details) -> str:
    match block:
        case b.Code(language=language, text=text):
            named = f' class="language-{_escape(language)}"' if language else ""
            end = "\n" if text else ""
            return f"<pre><code{named}>{_escape(text)}{end}</code></pre>"
        case b.Rule():
            return "<hr />"
        case b.Table() | b.Math() | b.Footnote() | b.Written() | b.Details():
            raise AssertionError(f"no example of the specification has a {type(block).__name__}")


def _list(block: b.BulletList | b.OrderedList) -> str:
    start = block.start if isinstance(block, b.OrderedList) else None
    tag = "ul" if start is None else "ol"
    numbered = "" if start in {None, 1} else f' start="{start}"'
    items = "\n".join(f"<li>{_item(item, is_tight=block.tight)}</li>" for item in block.items)
    return f"<{tag}{numbered}>\n{items}\n</{tag}>"


def _item(item: b.ListItem, *, is_tight: bool) -> str:
    texts = (
        _inlines(block.inlines) if is_tight and isinstance(block, b.Paragraph) else f"\n{_block(block)}\n"
        for block in item.blocks
    )
    return "".join(texts)


def _inlines(inlines: Iterable[b.Inline]) -> str:
    return "".join(map(_inline, inlines))


def _inline(inline: b.Inline) -> str:
    match inline:
        case b.Text(text):
            html = _escape(text)
        case b.CodeSpan(text):
            html = f"<code>{_escape(text)}</code>"
        case b.LineBreak(hard=hard):
            html = "<br />\n" if hard else "\n"
        case b.Image(src=src, alt=alt, title=title):
            html = f'<img src="{_escape(src or "")}" alt="{_escape(alt)}"{_title(title)} />'
        case b.Strong() | b.Emphasis() | b.Strike() | b.Link():
            html = _styled(inline)
        case b.MathSpan() | b.FootnoteRef() | b.SourceRef():
            raise AssertionError(f"no example of the specification has a {type(inline).__name__}")
        case _:
            assert_never(inline)
    return html


def _styled(inline: b.Strong | b.Emphasis | b.Strike | b.Link) -> str:
    nested = _inlines(inline.inlines)
    match inline:
        case b.Strong():
            return f"<strong>{nested}</strong>"
        case b.Emphasis():
            return f"<em>{nested}</em>"
        case b.Strike():
            return f"<del>{nested}</del>"
        case b.Link(href=href, title=title):
            return f'<a href="{_escape(href)}"{_title(title)}>{nested}</a>'


def _title(title: str) -> str:
    return f' title="{_escape(title)}"' if title else ""


def _escape(text: str) -> str:
    return escape(text, quote=False).replace('"', "&quot;")
