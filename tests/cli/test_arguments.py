"""What the words mean, and that the rest is refused with one line and exit code 2."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from glmdesk import __version__
from glmdesk.cli.arguments import parse_arguments
from glmdesk.cli.options import Options
from glmdesk.i18n import set_language
from glmdesk.resources import own_catalogues

MISTAKES = [
    (["--quicker"], "--quicker"),
    (["ask", "--window", "x", "--no-save"], "--no-save"),
    (["ask", "--window", "x", "--web-search"], "--web-search"),
    (["chat"], "chat"),
    (["ask", "one", "two"], "two"),
    (["ask", "--json-mode", "x"], "--json-mode"),
    (["ask", "--sys", "x"], "--sys"),
    (["ask", "-m"], "--model"),
    (["ask", "--no-save=yes"], "--no-save"),
    (["export", "--all"], "--format"),
    (["export", "--all", "--format", "docx"], "docx"),
    (["key"], "set|status|delete"),
    (["key", "set", "my-key"], "standard input"),
    (["key", "my-key"], "set|status|delete"),
    (["key", "status", "--demo"], "--demo"),
    (["--log-level", "loud"], "loud"),
    (["--home", ""], "--home"),
    (["ask", "\udcff"], "TEXT"),
]
COMMANDS: list[list[str]] = [[], ["ask"], ["search"], ["export"], ["key"], ["doctor"]]

# What stays Latin in a Chinese sentence: options, placeholders, values to choose from, and names.
NAMES = re.compile(
    r"\b(?:API Key|JSON Schema|glmdesk|ask|search|export|import|key|doctor|set|status|delete)\b"
    r"|\b(?:md|html|jsonl|all)\b"
    r"|\b(?:debug|info|warning|error)\b"
    r"|--?[a-z][a-z-]*|[A-Z-]{2,}"
)


@pytest.fixture(autouse=True)
def _no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody's settings decide about the language."""
    monkeypatch.setenv("GLMDESK_HOME", str(tmp_path))


@pytest.fixture(params=["zh_CN.UTF-8", "zh_TW.UTF-8"])
def _chinese(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the system speak Chinese, of any region."""
    monkeypatch.setenv("LC_ALL", request.param)
    yield
    set_language("en", own_catalogues())


def refusal(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Return what is said about words that are not understood."""
    with pytest.raises(SystemExit) as ended:
        parse_arguments(words)
    assert ended.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert said.err.startswith("glmdesk: ")
    return said.err


def test_no_words_open_the_window() -> None:
    options = parse_arguments([])

    assert options == Options()
    assert options.command is None
    assert (options.is_demo, options.home, options.log_level) == (False, None, "info")


def test_words_that_are_no_command_are_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ask").touch()
    (tmp_path / "notes").touch()

    assert parse_arguments(["notes", "b.txt"]).files == ["notes", "b.txt"]
    assert parse_arguments(["--demo", "./ask"]).files == ["./ask"]
    assert parse_arguments(["--", "ask"]).files == ["ask"]
    assert parse_arguments(["ask"]).command == "ask"


def test_hidden_is_for_a_window_and_for_nothing_that_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert parse_arguments(["--hidden"]).is_hidden
    for words in (["--hidden", "--quick"], ["--hidden", "a.txt"], ["--hidden", "ask", "What is tea?"]):
        with pytest.raises(SystemExit):
            parse_arguments(words)
        assert "--hidden" in capsys.readouterr().err


def test_the_words_behind_quick_are_its_text() -> None:
    options = parse_arguments(["--home", "a", "--quick", "ask", "me"])

    assert (options.is_quick, options.text, options.files, options.command) == (True, "ask me", (), None)


@pytest.mark.parametrize(
    "words",
    [
        ["--home", "a", "--demo", "--log-level", "debug", "doctor"],
        ["doctor", "--home", "a", "--demo", "--log-level", "debug"],
        ["--demo", "doctor", "--log-level", "debug", "--home", "a"],
    ],
)
def test_global_options_stand_before_or_after_the_command(words: list[str]) -> None:
    options = parse_arguments(words)

    assert options.command == "doctor"
    assert (options.is_demo, options.home, options.log_level) == (True, "a", "debug")


def test_the_later_of_two_values_holds() -> None:
    assert parse_arguments(["--home", "a", "ask", "--home", "b"]).home == "b"


def test_all_that_ask_takes() -> None:
    options = parse_arguments(
        [
            "ask",
            "-m",
            "glm-4-plus",
            "--system",
            "Be brief",
            "--file",
            "a",
            "--file",
            "b",
            "你好",
            "--web-search",
        ]
    )

    assert (options.text, options.model, options.system) == ("你好", "glm-4-plus", "Be brief")
    assert options.files == ["a", "b"]
    assert options.searches_web
    assert options.is_saved
    assert not parse_arguments(["ask", "--no-save"]).is_saved


def test_a_question_that_looks_like_an_option_follows_two_dashes() -> None:
    assert parse_arguments(["ask", "--", "--help"]).text == "--help"


def test_all_that_export_takes() -> None:
    some = parse_arguments(["export", "one", "two", "--format", "md", "-o", "file"])

    assert (some.ids, some.format, some.output) == (["one", "two"], "md", "file")
    assert parse_arguments(["export", "--all", "--format", "jsonl"]).wants_all


@pytest.mark.parametrize("words", [["export", "--format", "md"], ["export", "id", "--all", "--format", "md"]])
def test_export_takes_either_ids_or_all(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    assert "--all" in refusal(capsys, *words)


@pytest.mark.parametrize(("words", "named"), MISTAKES)
def test_what_is_not_understood_is_named(
    capsys: pytest.CaptureFixture[str], words: list[str], named: str
) -> None:
    assert named in refusal(capsys, *words)


@pytest.mark.parametrize(
    "words",
    [
        ["key", "set", "id.secret"],
        ["key", "id.secret"],
        ["key", "set", "--key", "id.secret"],
        ["key", "set", "--key=id.secret"],
        ["key", "set", "--id.secret"],
        ["key", "set", "-id.secret"],
        ["key", "id.secret", "set"],
    ],
)
def test_a_key_among_the_words_is_not_repeated(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    said = refusal(capsys, *words)

    assert "secret" not in said
    assert said.endswith("Read `glmdesk key --help`.\n")
    assert "never an argument" in said or "unrecognized arguments: --key." in said


@pytest.mark.parametrize(
    ("words", "command"),
    [
        (["--quicker"], "glmdesk"),
        (["--quicker", "ask"], "glmdesk"),
        (["ask", "--quicker"], "glmdesk ask"),
        (["export", "--format", "md"], "glmdesk export"),
        (["export", "--all", "--format", "md", "--to", "x"], "glmdesk export"),
        (["key", "status", "--demo"], "glmdesk key"),
        (["--demo", "key", "status"], "glmdesk key"),
        (["--home", "x", "doctor", "now"], "glmdesk doctor"),
    ],
)
def test_a_refusal_names_the_help_that_knows_the_words(
    capsys: pytest.CaptureFixture[str], words: list[str], command: str
) -> None:
    assert refusal(capsys, *words).endswith(f". Read `{command} --help`.\n")


def test_the_demo_has_no_key(capsys: pytest.CaptureFixture[str]) -> None:
    assert "the demo has no key" in refusal(capsys, "--demo", "key", "status")


@pytest.mark.usefixtures("_chinese")
@pytest.mark.parametrize("words", [words for words, _named in MISTAKES])
def test_a_refusal_is_wholly_chinese(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    said = refusal(capsys, *words)

    sentence = said
    for typed in sorted("=".join(words).split("="), key=len, reverse=True):
        sentence = sentence.replace(typed, "")
    assert not re.search("[A-Za-z]{2}", NAMES.sub("", sentence)), said
    assert said.endswith("`。\n")


@pytest.mark.usefixtures("_chinese")
@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_is_wholly_chinese(capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    with pytest.raises(SystemExit):
        parse_arguments([*command, "--help"])

    said = capsys.readouterr().out
    assert said.startswith(" ".join(["用法： glmdesk", *command]))
    assert "选项：\n" in said
    assert not re.search("[A-Za-z]{2}", NAMES.sub("", said)), said


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse_arguments([*command, "--help"])

    said = capsys.readouterr()
    assert ended.value.code == 0
    assert said.out.startswith(" ".join(["Usage: glmdesk", *command]))
    assert said.err == ""
    assert all(len(line) <= 100 for line in said.out.splitlines())


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse_arguments(["--version"])

    assert ended.value.code == 0
    assert capsys.readouterr().out == f"glmdesk {__version__}\n"


@pytest.mark.parametrize("command", ["ask", "export", "doctor"])
def test_a_command_alone_leaves_every_other_option_at_its_default(command: str) -> None:
    words = {"ask": [], "export": ["--all", "--format", "md"], "doctor": []}[command]
    options = parse_arguments([command, *words])

    given = {"command", "wants_all", "format"}
    assert {name for name, value in vars(options).items() if value != getattr(Options, name)} <= given
