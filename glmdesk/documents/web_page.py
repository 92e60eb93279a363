"""Web pages (HTML) as what a reader sees of them, in Markdown: nothing is fetched and nothing is run.

No tree is made, and each letter is looked at once: the parser of the standard library takes minutes for
twenty kilobytes of unfinished tags (Python 3.11), and others take as long for deep ones.
"""

import html
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from glmdesk.documents.bounds import Bounds
from glmdesk.documents.plain import decoded, text_in
from glmdesk.documents.tables import markdown_table

_BEGINNING: Final = 1024
_IS_PAGE: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*+(?:<\?xml[^>]*+>\s*+)?(?:<!--.*?-->\s*+)*+<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
_CHARSET: Final = re.compile(rb"<meta[^>]+?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_KNOWN: Final = re.compile(
    r"utf-?8|gb\w+|big5(-hkscs)?|shift_jis|euc-\w+|iso-8859-\d+|windows-\d+|koi8-\w|us-ascii", re.IGNORECASE
)
"""Encodings of the web, and none of those by which Python unpacks files."""

_BEGIN: Final = re.compile("<(?=[a-zA-Z/!?])")
_TAG: Final = re.compile(r"""<(/?)([a-zA-Z][^\s/>]*+)((?:[^>"']|"[^"]*"|'[^']*')*+)>""")
_ATTRIBUTE: Final = re.compile(r"""([a-zA-Z:-]++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++))""")
_MOST_ATTRIBUTES: Final = 8192
"""Letters of a tag; what is after them is not looked at."""
_MOST_ADDRESS: Final = 2000
_SCHEMES: Final = ("http:", "https:", "mailto:")

_RAW: Final = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"})
"""What is in them is no markup."""
_HIDDEN: Final = frozenset({"template", "noscript", "svg", "math", "object", "select", "datalist", "canvas"})
_BREAKING: Final = frozenset(
    (
        *(
            "address",
            "article",
            "aside",
            "blockquote",
            "body",
            "caption",
            "center",
            "dd",
            "details",
            "dialog",
        ),
        *(
            "div",
            "dl",
            "dt",
            "fieldset",
            "figcaption",
            "figure",
            "footer",
            "form",
            "head",
            "header",
            "hgroup",
        ),
        *("hr", "html", "legend", "main", "nav", "p", "section", "summary", "tbody", "tfoot", "thead"),
    )
)
_HEADINGS: Final = {f"h{level}": "#" * level + " " for level in range(1, 7)}
_LISTS: Final = frozenset({"ul", "ol", "menu"})
_ROWS: Final = frozenset({"table", "tr", "td", "th"})
_MOST_LISTS: Final = 10
_MOST_TABLES: Final = 16
"""Inside each other; in deeper ones only texts are seen."""
_BLANK: Final = re.compile(r"[ \t\r\n\f]+")
_EMPTY_LINK: Final = re.compile(r"\[\s*+\]\([^()\s]*+\)")


def is_page(content: bytes) -> bool:
    """Whether a file is a web page, by how it begins."""
    return bool(_IS_PAGE.match(content[:_BEGINNING]))


def page_text(content: bytes, bounds: Bounds) -> str | None:
    """Return what a reader sees of a web page; None for what is no text. Raises Unreadable."""
    source = _source(content)
    return None if source is None else _Page(bounds).read(source)


def _source(content: bytes) -> str | None:
    found = _CHARSET.search(content[:_BEGINNING])
    if found and _KNOWN.fullmatch(found[1].decode()):
        try:
            return decoded(content, found[1].decode())
        except (LookupError, UnicodeDecodeError):
            pass
    return text_in(content)


class _Piece(NamedTuple):
    """A tag, whose end has a slash before its name, or text, which has no name."""

    name: str
    attributes: str
    text: str


def _pieces(source: str) -> Iterator[_Piece]:
    at, has_broken_quotes = 0, False
    while (sign := _BEGIN.search(source, at)) is not None:
        begin = sign.start()
        if begin > at:
            yield _Piece("", "", source[at:begin])
        following = source[begin + 1 : begin + 2]
        if source.startswith("<!--", begin):
            at = _after(source, "-->", begin)
        elif following in ("!", "?"):
            at = _after(source, ">", begin)
        elif (found := None if has_broken_quotes else _TAG.match(source, begin)) is None:
            # A quote that never ends would end the page, and looking for its end again would take for ever.
            has_broken_quotes = True
            at = _after(source, ">", begin)
        else:
            name, at = found[1] + found[2].lower(), found.end()
            text = ""
            if name in _RAW:
                text, at = _raw(source, name, at)
            yield _Piece(name, found[3][:_MOST_ATTRIBUTES], text)
    yield _Piece("", "", source[at:])


def _after(source: str, end: str, at: int) -> int:
    found = source.find(end, at)
    return len(source) if found < 0 else found + len(end)


def _raw(source: str, name: str, at: int) -> tuple[str, int]:
    """Return what an element without markup says, and where it ends."""
    found = re.compile(rf"</{name}\b[^>]*+>?", re.IGNORECASE).search(source, at)
    return (source[at:], len(source)) if found is None else (source[at : found.start()], found.end())


def _attribute(attributes: str, name: str) -> str:
    for found in _ATTRIBUTE.finditer(attributes):
        if found[1].lower() == name:
            return html.unescape(found[2] or found[3] or found[4] or "").strip()
    return ""


class _Out:
    """Text with as many empty lines as it is to have, and no blank too much."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._breaks = 0
        self._is_item_begun = False

    def end_line(self, breaks: int) -> None:
        """Let what follows begin a line, the second time after an empty one."""
        if not self._is_item_begun:
            self._breaks = max(self._breaks, breaks)

    def begin_item(self, mark: str) -> None:
        """Begin a line with a mark, which is not left alone."""
        self._is_item_begun = False
        self.end_line(1)
        self.put(mark)
        self._is_item_begun = True

    def say(self, words: str) -> None:
        """Write words, whose blanks are one where there is none before."""
        words = _BLANK.sub(" ", words)
        if self._breaks or not self._parts or self._parts[-1].endswith((" ", "\n")):
            words = words.lstrip(" ")
        self.put(words)

    def put(self, text: str) -> None:
        """Write a text as it is."""
        if not text:
            return
        if self._breaks and self._parts:
            self._parts[-1] = self._parts[-1].rstrip(" ")
            self._parts.append("\n" * self._breaks)
        self._breaks, self._is_item_begun = 0, False
        self._parts.append(text)

    @property
    def text(self) -> str:
        """All that was written."""
        return _EMPTY_LINK.sub("", "".join(self._parts)).strip()


class _Table:
    """One that is open, with the cell that is."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self.cell: _Out | None = None
        self.is_layout = False
        """Whether there are others in it: it says only what is where."""

    @property
    def text(self) -> str:
        """It in Markdown."""
        if self.is_layout:
            return "\n\n".join(cell for row in self.rows for cell in row if cell)
        return markdown_table(self.rows)


class _Page:
    """What is written of a page, tag by tag."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._page = _Out()
        self._tables: list[_Table] = []
        self._too_deep = 0
        self._lists: list[int | None] = []
        """By open list the number of its last item; None where they have none."""
        self._address = ""
        self._is_code = False

    def read(self, source: str) -> str:
        """Return the text of a whole page. Raises Unreadable."""
        hidden, depth = "", 0
        for piece in _pieces(source):
            self._bounds.write(len(piece.text))
            if hidden:
                depth += (piece.name == hidden) - (piece.name == f"/{hidden}")
                hidden = hidden if depth else ""
            elif piece.name in _HIDDEN:
                hidden, depth = piece.name, 1
            else:
                self._take(piece)
        while self._tables:
            self._end_table()
        return self._page.text

    @property
    def _out(self) -> _Out:
        cells = (table.cell for table in reversed(self._tables) if table.cell is not None)
        return next(cells, self._page)

    def _take(self, piece: _Piece) -> None:
        name = piece.name.removeprefix("/")
        is_end = name != piece.name
        if not name:
            words = html.unescape(piece.text)
            if self._is_code:
                self._out.put(words)
            else:
                self._out.say(words)
        elif name in _ROWS:
            self._take_row(name, is_end=is_end)
        elif name in _BREAKING:
            self._out.end_line(2)
        elif name in _HEADINGS or name == "title":
            self._take_heading(piece, name, is_end=is_end)
        elif name in _LISTS:
            self._take_list(name, is_end=is_end)
        else:
            self._take_inline(piece, name, is_end=is_end)

    def _take_heading(self, piece: _Piece, name: str, *, is_end: bool) -> None:
        self._out.end_line(2)
        if name == "title":
            self._out.say(html.unescape(piece.text))
            self._out.end_line(2)
        elif not is_end:
            self._out.begin_item(_HEADINGS[name])

    def _take_list(self, name: str, *, is_end: bool) -> None:
        self._out.end_line(1 if self._lists else 2)
        if not is_end:
            self._lists.append(0 if name == "ol" else None)
        elif self._lists:
            self._lists.pop()
            self._out.end_line(1 if self._lists else 2)

    def _take_inline(self, piece: _Piece, name: str, *, is_end: bool) -> None:
        match name:
            case "br":
                self._out.end_line(1)
            case "li" if not is_end:
                self._begin_item()
            case "pre" if not is_end and not self._is_code:
                self._out.end_line(2)
                self._out.put("```\n")
                self._is_code = True
            case "pre" if is_end and self._is_code:
                self._out.put("\n```")
                self._out.end_line(2)
                self._is_code = False
            case "a" if not is_end and not self._address:
                address = _attribute(piece.attributes, "href")
                if (
                    address.lower().startswith(("http:", "https:", "mailto:"))
                    and len(address) <= _MOST_ADDRESS
                ):
                    self._address = _BLANK.sub("%20", address)
                    self._out.say("[")
            case "a" if self._address:
                self._out.put(f"]({self._address})")
                self._bounds.write(len(self._address))
                self._address = ""
            case "img":
                if words := _attribute(piece.attributes, "alt"):
                    self._out.say(f"[image: {words}]")
            case _:
                pass

    def _begin_link(self, address: str) -> None:
        if address.lower().startswith(_SCHEMES) and len(address) <= _MOST_ADDRESS:
            self._address = _BLANK.sub("%20", address)
            self._out.say("[")

    def _begin_item(self) -> None:
        if self._lists and (number := self._lists[-1]) is not None:
            self._lists[-1] = number + 1
            mark = f"{number + 1}. "
        else:
            mark = "- "
        self._out.begin_item("  " * min(len(self._lists) - 1, _MOST_LISTS) + mark)

    def _take_row(self, name: str, *, is_end: bool) -> None:
        if name == "table":
            self._take_table(is_end=is_end)
        elif self._too_deep or not self._tables:
            self._out.end_line(1)
        elif name == "tr":
            self._end_cell(self._tables[-1])
            if not is_end:
                self._tables[-1].rows.append([])
        else:
            self._end_cell(self._tables[-1])
            if not is_end:
                self._tables[-1].cell = _Out()

    def _take_table(self, *, is_end: bool) -> None:
        if is_end and self._too_deep:
            self._too_deep -= 1
        elif is_end and self._tables:
            self._end_table()
        elif not is_end and len(self._tables) == _MOST_TABLES:
            self._too_deep += 1
        elif not is_end:
            if self._tables:
                self._tables[-1].is_layout = True
            self._tables.append(_Table())

    @staticmethod
    def _end_cell(table: _Table) -> None:
        if table.cell is not None:
            if not table.rows:
                table.rows.append([])
            table.rows[-1].append(table.cell.text)
            table.cell = None

    def _end_table(self) -> None:
        self._end_cell(self._tables[-1])
        text = self._tables.pop().text
        self._out.end_line(2)
        self._out.put(text)
        self._out.end_line(2)
