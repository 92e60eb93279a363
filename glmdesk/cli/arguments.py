"""The words of the command line, what they mean and how `--help` explains them.

This is read before anything else, and `--help` and a mistyped word need no more: it imports nothing that they
do not need.
"""

import argparse
import os
import re
from collections.abc import Sequence

from glmdesk import __version__
from glmdesk.cli.language import language_for
from glmdesk.cli.options import Options
from glmdesk.i18n import N_, _, set_language, system_language
from glmdesk.resources import own_catalogues
from glmdesk.typed import override

TYPE_CHECKING = False  # type checkers know the name; importing it from `typing` would cost the time it saves
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import NoReturn

    from glmdesk.cli.options import Command, KeyAction
    from glmdesk.desktop.logs import Level
    from glmdesk.export.texts import TextFormat
    from glmdesk.i18n import Language

PROGRAM = "glmdesk"

_LEVELS: "tuple[Level, ...]" = ("debug", "info", "warning", "error")
_COMMANDS: "tuple[Command, ...]" = ("ask", "search", "export", "import", "key", "doctor")
_KEY_ACTIONS: "tuple[KeyAction, ...]" = ("set", "status", "delete")
_FORMATS: "tuple[TextFormat, ...]" = ("md", "html", "jsonl")

# What argparse says of words that our parsers do not understand, in Python 3.11 to 3.13.
N_("argument %(argument_name)s: %(message)s")
N_("expected one argument")
N_("ignored explicit argument %r")
N_("invalid choice: %(value)r (choose from %(choices)s)")
N_("the following arguments are required: %s")

# Columns. Longer lines are hard to read, however wide the terminal is; without one, files take this much.
_HELP_WIDTH = range(40, 100)


def parse_arguments(words: Sequence[str]) -> Options:
    """Return what the words ask for.

    Raises SystemExit after `--help`, after `--version` and for words that are not understood.
    """
    _speak(language_for(words))
    parser = _window_parser() if _opens_window(words) else _parser()
    options, unknown = parser.parse_known_args(words, Options())
    if unknown:
        parser.refuse(unknown, words, options.command)
    if options.parts_model:
        options.reads_parts = True
    if options.command == "export" and options.wants_all == bool(options.ids):
        parser.commands["export"].error(_("export needs the ids of conversations, or --all"))
    if options.command == "key" and options.is_demo:
        parser.commands["key"].error(_("the demo has no key"))
    if options.is_hidden and (options.is_quick or options.files or options.command):
        parser.error(_("--hidden is for a start that shows nothing; leave it out, or the rest"))
    if options.is_quick:
        options.text, options.files = " ".join(map(_text, options.files)), ()
    if options.wants_window and (lost := _meant_for_streams(options)):
        parser.commands["ask"].error(_("{option} means nothing with --window").format(option=lost))
    return options


def command_parser() -> argparse.ArgumentParser:
    """Return what knows all commands, in the language of the system; the manual is made of it."""
    _speak(system_language())
    return _parser()


def _opens_window(words: Sequence[str]) -> bool:
    """Whether the words are for a window: `--quick`, or files in place of a command.

    A mistyped command is none of a file's: it is said which commands there are.
    """
    left = iter(words)
    for word in left:
        if word in ("--quick", "--"):
            return True
        if word in ("--home", "--log-level"):
            next(left, None)
        elif not word.startswith("-"):
            return word not in _COMMANDS and (os.path.lexists(word) or os.sep in word or "." in word)
    return False


def _meant_for_streams(options: Options) -> str:
    """Return an option of `ask` that a window has no use for; empty where there is none."""
    given = {
        "--part-by-part": options.reads_parts,
        "--parts-model": bool(options.parts_model),
        "--json-schema": options.json_schema is not None,
        "--web-search": options.searches_web,
        "--no-save": not options.is_saved,
        "--over-budget": options.goes_over_budget,
    }
    return next((option for option, is_given in given.items() if is_given), "")


def _speak(language: "Language") -> None:
    """Take a language, in argparse's own sentences too."""
    if language != "en":
        set_language(language, own_catalogues())
        # WORKAROUND argparse has no translations of its own and asks `gettext` for them, in the languages of
        # the environment; Chinese of a region without a catalogue is not found. Re-check with Python 3.14.
        setattr(argparse, "_", _)  # noqa: B010 - type checkers do not know the name


class _Parser(argparse.ArgumentParser):
    """A parser with our words in place of its own, where it lets us choose them.

    `refusal_of` returns what is said of words that are left over; `commands` are the parsers below it.
    """

    refusal_of: "Callable[[Sequence[str]], str]"
    commands: "Mapping[str, _Parser]"

    def __init__(self, *, prog: str, description: str) -> None:
        super().__init__(
            prog,
            description=description,
            formatter_class=_Formatter,
            argument_default=argparse.SUPPRESS,
            add_help=False,
            allow_abbrev=False,
        )
        self.refusal_of = _unrecognized
        self.commands = {}
        self.words = self.add_argument_group(_("Arguments"))
        self.options = self.add_argument_group(_("Options"))
        self.options.add_argument("-h", "--help", action="help", help=_("show this help and end"))

    @override
    def format_help(self) -> str:
        text = super().format_help().removeprefix("usage:")
        for title in (_("Arguments"), _("Options"), _("Commands")):
            text = text.replace(f"\n{title}:\n", "\n" + _("{title}:").format(title=title) + "\n")
        return _("Usage:") + text

    def refuse(self, unknown: Sequence[str], words: Sequence[str], command: "Command | None") -> "NoReturn":
        """End with what is to be said of words that neither this parser nor that of the command knows."""
        if command is not None and unknown[0] not in words[: words.index(command)]:
            self.commands[command].refuse(unknown, words, None)
        self.error(self.refusal_of(unknown))

    @override
    def error(self, message: str) -> "NoReturn":
        words = _("{problem}. Read {command}.")
        self.exit(2, f"{PROGRAM}: " + words.format(problem=message, command=f"`{self.prog} --help`") + "\n")


class _Formatter(argparse.HelpFormatter):
    """Lays out the help. Asked for the width, argparse imports the compression libraries."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=28, width=_help_width())


def _help_width() -> int:
    try:
        columns = os.get_terminal_size().columns
    except OSError:  # not a terminal
        return _HELP_WIDTH.stop
    return max(_HELP_WIDTH.start, min(columns - 2, _HELP_WIDTH.stop))


def _window_parser() -> _Parser:
    """Return the parser of words among which there is no command."""
    parser = _common_parser()
    parser.words.add_argument(
        "files", nargs="*", type=_folder, metavar=_("FILE"), help=_("attached to a new chat")
    )
    return parser


def _common_parser() -> _Parser:
    parser = _Parser(
        prog=PROGRAM,
        description=_(
            "A desktop assistant for the GLM models. Without a command it opens its window; "
            "files in its place are attached to a new chat."
        ),
    )
    _add_places(parser)
    _add_demo(parser)
    parser.options.add_argument(
        "--quick",
        dest="is_quick",
        action="store_true",
        help=_("ask at once; the words behind it and what is piped in are the text"),
    )
    parser.options.add_argument(
        "--hidden",
        dest="is_hidden",
        action="store_true",
        help=_("show no window until one is called for"),
    )
    parser.options.add_argument(
        "--safe",
        dest="is_safe",
        action="store_true",
        help=_("start without tools, servers, images and formatted texts"),
    )
    parser.options.add_argument(
        "--self-test",
        nargs="?",
        const="here",
        choices=("here", "all"),
        metavar="all",
        help=_("try everything that an installation can lack; with “all”, nothing may be lacking"),
    )
    parser.options.add_argument(
        "--self-test-server", dest="self_test", action="store_const", const="server", help=argparse.SUPPRESS
    )
    parser.options.add_argument(
        "--version", action="version", version=f"{PROGRAM} {__version__}", help=_("show the version and end")
    )
    return parser


def _parser() -> _Parser:
    parser = _common_parser()
    commands = parser.add_subparsers(title=_("Commands"), dest="command", metavar=_("COMMAND"), prog=PROGRAM)
    description = _("Ask a question and write the answer to standard output as it arrives.")
    _add_ask(commands.add_parser("ask", help=_("ask a question"), description=description))
    description = _(
        "Find what holds all words, with phrases and filters as in the search field of the window. "
        "The exit code is 1 where nothing does."
    )
    _add_search(commands.add_parser("search", help=_("search all conversations"), description=description))
    description = _("Write conversations to standard output or into a file.")
    _add_export(commands.add_parser("export", help=_("export conversations"), description=description))
    description = _(
        "Add the history of another program, or an export of this one. "
        "What is there already is not added again."
    )
    _add_import(commands.add_parser("import", help=_("import conversations"), description=description))
    description = _("Keep the API key in the keyring of the system, say where it is, or remove it.")
    _add_key(commands.add_parser("key", help=_("keep or remove the API key"), description=description))
    description = _("Report the state of the program and of its data, without any secret or message.")
    _add_doctor(commands.add_parser("doctor", help=_("report on the installation"), description=description))
    parser.commands = commands.choices
    return parser


def _add_places(parser: _Parser) -> None:
    parser.options.add_argument(
        "--home",
        type=_folder,
        metavar=_("DIR"),
        help=_("keep data, settings and logs below this folder"),
    )
    parser.options.add_argument(
        "--log-level", choices=_LEVELS, metavar=_("LEVEL"), help=_("debug, info, warning or error")
    )


def _add_demo(parser: _Parser) -> None:
    parser.options.add_argument(
        "--demo",
        dest="is_demo",
        action="store_true",
        help=_("simulated answers: no key, no network, data of its own"),
    )


def _add_ask(parser: _Parser) -> None:
    parser.words.add_argument(
        "text",
        nargs="?",
        type=_text,
        metavar=_("TEXT"),
        help=_("the question; what is piped in is added to it"),
    )
    options = parser.options
    options.add_argument("-m", "--model", type=_text, metavar=_("MODEL"), help=_("which model answers"))
    options.add_argument(
        "--system", type=_text, metavar=_("TEXT"), help=_("what the model is told before the question")
    )
    options.add_argument(
        "--file",
        dest="files",
        action="append",
        metavar=_("PATH"),
        help=_("add a text file to the question; may be repeated"),
    )
    options.add_argument(
        "--part-by-part",
        dest="reads_parts",
        action="store_true",
        help=_("read files that are too long for the model one part after the other"),
    )
    options.add_argument(
        "--parts-model",
        type=_text,
        metavar=_("MODEL"),
        help=_("which model reads the parts (usually the one that answers)"),
    )
    options.add_argument(
        "--json-schema",
        metavar=_("FILE"),
        help=_("let the answer be JSON that fits the JSON Schema in a file"),
    )
    options.add_argument(
        "--web-search", dest="searches_web", action="store_true", help=_("let the service search the web")
    )
    options.add_argument(
        "--no-save", dest="is_saved", action="store_false", help=_("keep nothing of it in the history")
    )
    options.add_argument(
        "--window", dest="wants_window", action="store_true", help=_("ask in a new chat of the window")
    )
    options.add_argument(
        "--over-budget",
        dest="goes_over_budget",
        action="store_true",
        help=_("ask although the budget of the month is used up"),
    )
    _add_demo(parser)
    _add_places(parser)


def _add_search(parser: _Parser) -> None:
    parser.words.add_argument(
        "search_words", nargs="+", type=_text, metavar=_("WORDS"), help=_("what is looked for")
    )
    options = parser.options
    options.add_argument(
        "--limit", type=_count, metavar=_("NUMBER"), help=_("how many are written at most (usually 20)")
    )
    options.add_argument("--json", dest="as_json", action="store_true", help=_("for programs"))
    _add_demo(parser)
    _add_places(parser)


def _add_export(parser: _Parser) -> None:
    parser.words.add_argument("ids", nargs="*", metavar="ID", help=_("which conversations"))
    options = parser.options
    options.add_argument("--all", dest="wants_all", action="store_true", help=_("all conversations"))
    options.add_argument(
        "--format",
        choices=_FORMATS,
        required=True,
        help=_("md or html to be read, jsonl to lose nothing"),
    )
    options.add_argument("-o", "--output", metavar=_("PATH"), help=_("write into this file"))
    _add_demo(parser)
    _add_places(parser)


def _add_import(parser: _Parser) -> None:
    parser.words.add_argument(
        "path", type=_folder, metavar=_("PATH"), help=_("a file, or a folder of Markdown")
    )
    parser.options.add_argument(
        "--dry-run", dest="is_dry", action="store_true", help=_("say what would be added, and add nothing")
    )
    _add_demo(parser)
    _add_places(parser)


def _add_key(parser: _Parser) -> None:
    parser.refusal_of = _unrecognized_beside_a_key
    parser.words.add_argument(
        "key_action",
        type=_key_action,
        metavar="|".join(_KEY_ACTIONS),
        help=_("set reads the key from standard input, or asks for it"),
    )
    _add_places(parser)


def _add_doctor(parser: _Parser) -> None:
    options = parser.options
    options.add_argument("--json", dest="as_json", action="store_true", help=_("for programs"))
    options.add_argument(
        "--online", dest="is_online", action="store_true", help=_("also ask the service for its models")
    )
    _add_demo(parser)
    _add_places(parser)


def _unrecognized(words: Sequence[str]) -> str:
    return _("unrecognized arguments: %s") % " ".join(words)


def _unrecognized_beside_a_key(words: Sequence[str]) -> str:
    """Name options only: any other word may be the key."""
    options = [word.partition("=")[0] for word in words]
    if all(re.fullmatch("--[a-z-]+", option) for option in options):
        return _unrecognized(options)
    return _("the key is read from standard input or asked for, and is never an argument")


def _key_action(word: str) -> str:
    if word not in _KEY_ACTIONS:
        # It may be the key, which is not to be repeated.
        raise argparse.ArgumentTypeError(_("this is none of the three; the key itself is never an argument"))
    return word


def _text(word: str) -> str:
    """Return a word that is text. Bytes that are none arrive as halves of surrogate pairs."""
    try:
        word.encode()
    except UnicodeEncodeError:
        raise argparse.ArgumentTypeError(_("it is not UTF-8")) from None
    return word


def _count(word: str) -> int:
    """Return a number of things, one at least."""
    if not (word.isascii() and word.isdecimal() and int(word)):
        raise argparse.ArgumentTypeError(_("it is no number above zero"))
    return int(word)


def _folder(word: str) -> str:
    """Return the name of a folder. The empty one, of a variable that is not set, would be the current one."""
    if not word:
        raise argparse.ArgumentTypeError(_("it is empty"))
    return word
