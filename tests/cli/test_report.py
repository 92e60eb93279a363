"""A report as people and as programs read it."""

import json

from glmdesk.cli.report import Fact, Report, Section
from glmdesk.desktop.redaction import BLANK, Redactor
from glmdesk.domain.errors import Problem

SECTIONS = [
    Section(
        "one",
        "First",
        [
            Fact("text", "Text", "value"),
            Fact("number", "Number", 3),
            Fact("flag", "Flag", True),
            Fact("list", "List", ("a", "b")),
            Fact("nothing", "Nothing", None),
            Fact("none", "None", ()),
        ],
        [Problem("code", "{what} is wrong.", "Mend it.", details={"what": "It"})],
    ),
    Section("two", "Second", []),
]


def test_people_read_labels_and_words() -> None:
    assert Report(SECTIONS, str).as_text().splitlines() == [
        "First",
        "  Text: value",
        "  Number: 3",
        "  Flag: yes",
        "  List: a, b",
        "  Nothing: –",
        "  None: –",
        "",
        "Second",
        "  –",
        "",
        "Problems",
        "  It is wrong. Mend it.",
    ]


def test_programs_read_names_and_values() -> None:
    assert json.loads(Report(SECTIONS, str).as_json()) == {
        "one": {"text": "value", "number": 3, "flag": True, "list": ["a", "b"], "nothing": None, "none": []},
        "two": {},
        "problems": [{"code": "code", "words": "It is wrong. Mend it."}],
    }


def test_a_report_says_when_all_is_well() -> None:
    assert Report([Section("one", "First", [])], str).as_text().endswith("\nNo problem was found.\n")


def test_no_secret_leaves_in_any_place() -> None:
    redactor = Redactor()
    redactor.register("the-secret")
    problem = Problem("code", "{text}", "", details={"text": "the-secret"})
    facts = [Fact("a", "A", "http://user:the-secret@host"), Fact("b", "B", ("the-secret",))]
    report = Report([Section("one", "First", facts, [problem])], redactor.redact)

    for text in (report.as_text(), report.as_json()):
        assert "the-secret" not in text
        assert BLANK in text
    assert json.loads(report.as_json())["one"]["b"] == [BLANK]
