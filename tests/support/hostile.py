"""Messages made to reach something, or to take for ever. They are data: whoever uses them says what for.

Source: the payloads of the public advisories about chat clients of 2024 to 2026.
"""

from collections.abc import Callable, Iterator
from typing import Final

# {file} is a file of this machine, {port} a service on loopback that nobody should ask.
PAYLOADS = [
    "![x](file://{file})",
    "![x]({file})",
    "![x](<{file}>)",
    "![x][ref]\n\n[ref]: file://{file}",
    "![x](http://127.0.0.1:{port}/x.png?data=secret)",
    "![x](//127.0.0.1:{port}/x.png)",
    "![x](data:image/png;base64,iVBORw0KGgo=)",
    "![x](qrc:/x.png)",
    "![x](\\\\127.0.0.1\\share\\x.png)",
    "![](http://127.0.0.1:{port}/x.png)",
    "[![x](file://{file})](file://{file})",
    "[x](file://{file})",
    "[x]({file})",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java&Tab;script:alert(1))",
    "[x](%6aavascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:msgbox)",
    "[x](ms-msdt:/id)",
    "[x](smb://127.0.0.1/share)",
    "[x](\\\\127.0.0.1\\share\\run.exe)",
    "[x](//127.0.0.1/share)",
    "[x](mcp://install?config=e30=)",
    "[x](cherrystudio://mcp/install?servers=e30=)",
    "[x](glmdesk://run)",
    "<javascript:alert(1)>",
    "<file://{file}>",
    "<img src='file://{file}'>",
    '<img src="http://127.0.0.1:{port}/x.png" onerror="alert(1)">',
    "<IMG SRC=file://{file}>",
    "<a href='file://{file}'>x</a>",
    "<iframe src='file://{file}'></iframe>",
    "<script src='http://127.0.0.1:{port}/x.js'></script>",
    "<style>@import url('http://127.0.0.1:{port}/x.css');</style>",
    "<link rel=stylesheet href='http://127.0.0.1:{port}/x.css'>",
    "<svg><image href='file://{file}'/></svg>",
    "<object data='file://{file}'></object>",
    "<table background='file://{file}'><tr><td>x</td></tr></table>",
    "<body background='file://{file}'>",
    "```mermaid\ngraph TD; A[<img src=file://{file}>]\n```",
    "```html\n<img src='file://{file}'>\n```",
    "```svg\n<svg><image href='file://{file}'/></svg>\n```",
    "| <img src='file://{file}'> | ![x](file://{file}) |\n| - | - |\n| [x](file://{file}) | x |",
    "> ![x](file://{file})",
    "- ![x](file://{file})\n- [x](javascript:alert(1))",
    "# ![x](file://{file})",
    "$\\includegraphics{{{file}}}$",
    "$$\n\\href{{file://{file}}}{{x}}\n$$",
    "[^1]\n\n[^1]: ![x](file://{file})",
    "`![x](file://{file})`",
    "![<img src='file://{file}'>](file://{file} \"<img src='file://{file}'>\")",
    "[<img src='file://{file}'>](https://example.org)",
    "[x](https://example.org \"<img src='file://{file}'>\")",
    "https://example.org/<img src='file://{file}'>",
    "&lt;img src='file://{file}'&gt;",
    "\u202egnp.x\u202c ![x](file://{file})",
    "[" * 700,
    "![" * 500,
    "> " * 500,
    "**" * 1000,
]

# Where a message may lead; {file} and {port} are as above.
TARGETS: Final = {
    "a file": "file://{file}",
    "a path": "{file}",
    "a file of another host": "file://127.0.0.1{file}",
    "UNC": r"\\127.0.0.1\share\x.png",
    "UNC with slashes": "//127.0.0.1/share/x.png",
    "smb": "smb://127.0.0.1/share/x.png",
    "ftp": "ftp://127.0.0.1:{port}/x.png",
    "http": "http://127.0.0.1:{port}/x.png?words=all-that-was-said",
    "javascript": "javascript:alert(document.cookie)",
    "javascript in capitals": "JaVaScRiPt:alert(1)",
    "javascript with a tab": "java&Tab;script:alert(1)",
    "javascript with an entity": "&#106;avascript:alert(1)",
    "javascript percent-encoded": "%6a%61vascript:alert(1)",
    "vbscript": "vbscript:msgbox(1)",
    "data as HTML": "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "data as SVG": "data:image/svg+xml,<svg onload=alert(1)>",
    "msdt": "ms-msdt:/id%20PCWDiagnostic",
    "a search": "search-ms:query=x&crumb=location:127.0.0.1",
    "a server to install": "cherrystudio://mcp/install?servers=e30=",
    "our own scheme": "glmdesk://run?cmd=x",
    "a name with an override": "https://example.org/\u202egnp.exe",
    "a name like another": "https://ex\u0430mple.org/",
    "a user before the host": "https://example.org@127.0.0.1:{port}/x.png",
    "a resource": "qrc:/x.png",
}
# How a message may lead there, each in a message for every target: {target} is one of them.
FORMS: Final = {
    "image": "![x]({target})",
    "image in brackets": "![x](<{target}>)",
    "link": "[x]({target})",
    "image in a link": "[![x]({target})]({target})",
    "autolink": "<{target}>",
    "bare": "see {target} there",
    "reference": "![x][r] [x][r]\n\n[r]: {target}",
    "in a table": "| ![x]({target}) | [x]({target}) |\n| - | - |\n| {target} | <img src='{target}'> |",
    "in a list in a quote": "> - [x]({target})\n>   1. ![x]({target})",
    "in a heading": "# [x]({target}) ![x]({target})",
    "in a note": "x[^1]\n\n[^1]: ![x]({target})",
    "in emphasis": "**[*x*]({target})** ~~![x]({target})~~",
    "HTML": '<img src="{target}" onerror="alert(1)"><a href="{target}">x</a><iframe src="{target}"></iframe>',
    "SVG": '<svg xmlns="http://www.w3.org/2000/svg"><image href="{target}"/><use href="{target}"/></svg>',
    "style": "<style>@import url('{target}'); body {{ background: url({target}) }}</style>",
    "code": "```html\n<script src='{target}'></script>\n```\n\n"
    '```mermaid\ngraph TD; A-->B; click A "{target}"\n```',
    "formula": "$\\href{{{target}}}{{x}}$ $$\\includegraphics{{{target}}}$$",
    "title": '[x](https://example.org "{target}") ![x](https://example.org/x.png "{target}")',
}

Make = Callable[[int], str]

SHAPES: dict[str, Make] = {
    "open brackets": lambda n: "[" * n,
    "open images": lambda n: "![" * (n // 2),
    "links without end": lambda n: "[a](" * (n // 4),
    "targets without end": lambda n: "[a](<b" * (n // 6),
    "empty links": lambda n: "[](" * (n // 3),
    "nested brackets": lambda n: "[" * (n // 2) + "]" * (n // 2),
    "nested images": lambda n: "![" * (n // 6) + "a" + "](b)" * (n // 6),
    "stars and words": lambda n: "*a_ " * (n // 4),
    "nested emphasis": lambda n: "*a **b " * (n // 14) + " c** d*" * (n // 14),
    "strikes": lambda n: "~~a " * (n // 4),
    "backticks": lambda n: "`" * n,
    "backticks of all lengths": lambda n: "".join("`" * k + "a" for k in range(int((2 * n) ** 0.5))),
    "formulas": lambda n: "$a_1$ " * (n // 6),
    "dollars": lambda n: "$a " * (n // 3),
    "escaped dollars": lambda n: "$a" + "\\$" * (n // 2),
    "round formulas": lambda n: "\\(" * (n // 2),
    "square formulas": lambda n: "a\\[" * (n // 3),
    "less than": lambda n: "<http:" * (n // 6),
    "comments": lambda n: "<!--" * (n // 4),
    "ampersands": lambda n: "&#x1" * (n // 4),
    "schemes": lambda n: "http://" * (n // 7),
    "urls in brackets": lambda n: "http://a(" * (n // 9),
    "url with dots": lambda n: "http://a" + "." * n,
    "backslashes": lambda n: "\\" * n,
    "footnote marks": lambda n: "[^a-" * (n // 4),
    "quotes in quotes": lambda n: ">" * n,
    "lists in lists": lambda n: "- " * (n // 2),
    "stairs": lambda n: "".join(" " * (2 * k) + "- a\n" for k in range(int(n**0.5))),
    "lazy quotes": lambda n: "> > > > > a\nb\n" * (n // 12),
    "setext": lambda n: "a\n" * (n // 2) + "===",
    "blank lines": lambda n: "\n" * n,
    "tabs": lambda n: "\t" * n,
    "wide table": lambda n: "|a" * (n // 4) + "|\n" + "|-" * (n // 4) + "|\n",
    "table to be filled": lambda n: "|a" * 40 + "|\n" + "|-" * 40 + "|\n" + "a\n" * (n // 2),
    "delimiter rows": lambda n: "-|-\n" * (n // 4),
    "fences": lambda n: "```\n" * (n // 4),
    "formula signs": lambda n: "$$\n" * (n // 3),
    "notes in notes": lambda n: "[^a]: " * (n // 6),
    "NUL": lambda n: "\0" * n,
    "line separators": lambda n: "a\u2028" * (n // 2),
    "lone surrogates": lambda n: "\ud800" * n,
    "combining marks": lambda n: "a" + "\u0301" * n,
    "control characters": lambda n: "".join(chr(k % 32) for k in range(n)),
    "bidi overrides": lambda n: "\u202ea" * (n // 2),
    "Zalgo": lambda n: ("Z" + "\u0300\u0301\u0336\u0489" * 12) * (n // 49),
    "emoji": lambda n: "\U0001f468\u200d\U0001f469\u200d\U0001f467" * (n // 5),
    "right to left": lambda n: "\u0645\u0631\u062d\u0628\u0627 abc " * (n // 10),
    "words": lambda n: "word " * (n // 5),
    "Chinese": lambda n: "很长的一段话，" * (n // 7),
    "a line without spaces": lambda n: "x" * n,
    "a line of code": lambda n: "```\n" + "x" * n,
    "lines of code": lambda n: "```python\n" + "value = {'a': [1, 2.5]}  # words\n" * (n // 33),
    "items": lambda n: "- item\n" * (n // 7),
    "rows": lambda n: "| a | b |\n| - | - |\n" + "| **c** | d |\n" * (n // 14),
    "paragraphs": lambda n: "some words\n\n" * (n // 12),
    "headings": lambda n: "# words\n" * (n // 8),
    "long cell": lambda n: "| a |\n| - |\n| " + "word " * (n // 5) + "|",
    "long heading": lambda n: "# " + "word " * (n // 5),
    "long item": lambda n: "- " + "word " * (n // 5),
    "long quote": lambda n: "> " + "word " * (n // 5),
    "long note": lambda n: "[^1]: " + "word " * (n // 5),
    "long label": lambda n: "[" + "word " * (n // 5) + "](https://example.org)",
    "long address": lambda n: "[x](https://example.org/" + "a" * n + ")",
    "long language": lambda n: "```" + "x" * n + "\ncode\n```",
    "long formula": lambda n: "$$\n" + "x + " * (n // 4) + "y\n$$",
}


BRACKETS: Final = ("nested brackets",)
"""Those of which there are a hundred thousand characters."""
BIG: Final = ("a line without spaces",)
"""Those of which there is a megabyte too."""


def messages(file: str, port: int, *, length: int) -> Iterator[tuple[str, str]]:
    """Yield all messages, each with its name; `length` is that of most that are long, in characters.

    What they lead to is a file, and a port on loopback.
    """
    for number, payload in enumerate(PAYLOADS):
        text = payload.replace("{{", "{").replace("}}", "}")
        yield f"payload {number}", text.replace("{file}", file).replace("{port}", str(port))
    for name, target in TARGETS.items():
        leads_to = target.replace("{file}", file).replace("{port}", str(port))
        yield name, "\n\n".join(form.format(target=leads_to) for form in FORMS.values())
    for name, make in SHAPES.items():
        yield name, make(length)
    for name in BRACKETS:
        yield f"{name}, a hundred thousand", SHAPES[name](100_000)
    for name in BIG:
        yield f"{name}, a megabyte", SHAPES[name](1_000_000)
