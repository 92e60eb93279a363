import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glmdesk.render.highlight import MAX_CHARACTERS, MAX_LINE, CodeRun, Kind, highlight, iter_lines


def kinds(code: str, language: str) -> dict[str, Kind]:
    lines = highlight(code, language)
    assert lines is not None
    return {run.text.strip(): run.kind for line in lines for run in line}


def test_code_becomes_runs_by_line() -> None:
    assert highlight("x = 1\n# c", "python") == (
        (CodeRun("x = ", Kind.PLAIN), CodeRun("1", Kind.NUMBER)),
        (CodeRun("# c", Kind.COMMENT),),
    )


def test_kinds_are_told_apart() -> None:
    found = kinds('class A:\n    @b\n    def c(self) -> int:\n        return "d"  # e', "py")

    assert found["class"] is found["def"] is found["return"] is Kind.KEYWORD
    assert found["A"] is Kind.TYPE
    assert found["c"] is found["@b"] is Kind.FUNCTION
    assert found['"d"'] is Kind.STRING
    assert found["# e"] is Kind.COMMENT


def test_a_string_over_two_lines_is_coloured_on_both() -> None:
    assert highlight('"""a\nb"""', "python") == (
        (CodeRun('"""a', Kind.STRING),),
        (CodeRun('b"""', Kind.STRING),),
    )


def test_the_last_line_needs_no_line_end() -> None:
    assert highlight("// a", "cpp") == ((CodeRun("// a", Kind.COMMENT),),)


def test_what_a_lexer_takes_for_a_mistake_is_plain() -> None:
    assert set(kinds("a ? $ ?", "python").values()) == {Kind.PLAIN}


@pytest.mark.parametrize(
    "language",
    ["python", "Python", "py", "{.python}", "python:main.py", "ipython", "c++", "C#", "objective-c", "h"],
)
def test_languages_are_found_as_models_write_them(language: str) -> None:
    assert highlight("a", language) is not None


@pytest.mark.parametrize("language", ["", "nonsense", "{}", "中文", "a" * 10_000])
def test_an_unknown_language_stays_plain(language: str) -> None:
    assert highlight("a", language) is None


def test_long_code_and_long_lines_stay_plain() -> None:
    assert highlight("a\n" * (MAX_CHARACTERS // 2 + 1), "python") is None
    assert highlight("a" * (MAX_LINE + 1), "python") is None
    assert highlight("a" * MAX_LINE, "python") is not None
    assert highlight("a" * (MAX_LINE + 1), "python", longest_line=2 * MAX_LINE) is not None


def test_lines_are_made_as_they_are_asked_for() -> None:
    lines = iter_lines("a = 1\n" * 8_000, "python")
    assert lines is not None
    assert next(lines) == (CodeRun("a = ", Kind.PLAIN), CodeRun("1", Kind.NUMBER))


@settings(deadline=None)
@given(
    st.text(st.sampled_from("ab1 \n\t\"'#/*<>(){}[];:=\\中\u2028\ufeff\r"), max_size=60),
    st.sampled_from(
        ["python", "js", "c", "html", "bash", "json", "yaml", "diff", "console", "php", "java", "tex"]
    ),
)
def test_the_runs_are_the_code(code: str, language: str) -> None:
    lines = highlight(code, language)
    assert lines is not None
    assert ["".join(run.text for run in line) for line in lines] == code.split("\n")
    assert all(run.text for line in lines for run in line)
