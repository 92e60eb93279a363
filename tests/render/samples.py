"""Markdown to try things on: pieces that meet badly, and a text like an answer."""

from hypothesis import strategies as st

PIECES = (
    "a", "b ", " ", "  ", "   ", "    ", "\t", "\n", "\n", "\n\n", "\r", "\r\n", "  \n", "\n  ", "\n    ",
    "- ", "* ", "+ ", "-\n", "1. ", "2. ", "10) ", "[ ] ", "[x] ", "- a\n", "- | b\n", "> ", "> > ", ">\n",
    "# ", "#", "===", "---", "***\n", "- - -", "    x\n", "x\n",
    "```", "~~~", "````", "```x|y", "|", " | ", "|-|\n", "--|--", "a|b\n--|--\n",
    "$$", "$", "$$x$$", "\\[", "\\]", "\\(x\\)", "*", "**", "_", "`", "~~", "\\",
    "[^a]", "[^a]:", "[^a]: ", "[x](http://y)", "![i](http://a)", "http://a.b", "<br>", "中文。",
    "**“", "”**", "\u3000",
)  # fmt: skip
"""Each alone is harmless; together they begin, end and dissolve blocks."""


@st.composite
def markdown(draw: st.DrawFn) -> str:
    """Return a text of a few pieces in many combinations: what goes wrong does so between two or three."""
    kinds = draw(st.lists(st.sampled_from(PIECES), min_size=2, max_size=8))
    return "".join(draw(st.lists(st.sampled_from([*kinds, "\n"]), max_size=40)))


PREFIXES = ("- ", "  ", "> ", "1. ", "   ", "> - ", ">   ", "    ", "* > ", "[^1]: ", "")
LINES = (
    "foo",
    "bar",
    "```",
    "| a | b |",
    "| - | - |",
    "- x",
    "",
    "# h",
    "---",
    "===",
    "$$",
    "1. y",
    "    z",
    "[ ] t",
)


@st.composite
def nested(draw: st.DrawFn) -> str:
    """Return lines in containers, of which most go on from line to line and some are left again."""
    prefixes = draw(st.lists(st.sampled_from(PREFIXES), min_size=1, max_size=4))
    prefix = st.sampled_from([*prefixes, *prefixes, ""])
    line = st.tuples(prefix, prefix, st.sampled_from(LINES)).map("".join)
    return "\n".join(draw(st.lists(line, max_size=16)))


ANSWER = """## A heading with *style*

This is a fairly usual paragraph of an answer with **bold text**, `code` and some (parens). It goes on for \
a few sentences, as they do. See https://example.com/path for more.

1. **First**: an item with text
2. **Second**: another item
   - nested one
   - [x] nested two

```python
def foo(bar):
    return bar + 1  # comment
```

| name | value | note |
|------|------:|------|
| a | 1 | `x` |
| b | 2 | **y** |

> quoted[^1]

$$
a^2 + b^2 = c^2
$$

这是一个比较普通的段落，里面有**加粗的内容：**和`代码`，还有一些括号（注释）。公式 $a^2+b^2=c^2$ 也会出现。

[^1]: a note

"""
"""One of everything."""
