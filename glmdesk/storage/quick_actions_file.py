"""What quick questions can do by one key: a TOML file in the folder of settings, once it was changed."""

from collections.abc import Mapping, MutableMapping, Sequence
from functools import partial
from pathlib import Path
from typing import cast

from glmdesk.domain.checked_toml import Plain, Table
from glmdesk.domain.errors import Problem
from glmdesk.domain.quick_action import KEYS, QuickAction, built_in_actions
from glmdesk.i18n import N_, _
from glmdesk.storage.own_file import read_file, write_file

NAME = "quick-actions.toml"

_HEAD = """\
# What quick questions of glmdesk can do with a text by one key, in this order.
#
# [actions."Explain"]
# prompt = "Explain this text:\\n\\n{text}"   # {language}: English for a Chinese text, Chinese for others
# key = "1"                                 # with Alt; 1 to 9 or A to Z
# model = ""                                # the one of quick questions, or the id of another

"""
_KEYS = frozenset({"prompt", "key", "model"})
_NO_KEY = ("", *KEYS)


class QuickActionsFile:
    """What is in the file, or what there is without one; and writing it."""

    def __init__(self, config: Path) -> None:
        self.path = config / NAME
        found, problems = read_file(
            self.path, _actions, N_("The actions that come with glmdesk are offered until this is mended.")
        )
        self.actions: tuple[QuickAction, ...] = built_in_actions() if found is None else found
        self.notices: tuple[Problem, ...] = problems
        """What is wrong with the file."""

    async def save(self, actions: Sequence[QuickAction]) -> None:
        """Put other actions in force and write them. A file that could not be read is kept aside.

        Raises LocalDataError when they could not be written; they are in force until the program ends.
        """
        self.actions = tuple(actions)
        edit = partial(_edited, actions=self.actions)
        await write_file(self.path, edit, head=_HEAD, is_kept_aside=bool(self.notices))
        self.notices = ()


def _actions(document: Plain) -> tuple[QuickAction, ...]:
    table = Table(document, known={"actions"})
    return tuple(_action(name, entry) for name, entry in table.tables("actions"))


def _action(name: str, table: Table) -> QuickAction:
    table.allow(_KEYS)
    prompt = table.whole_text("prompt", "")
    if not prompt.strip():
        raise table.fault("prompt", _("An action needs “{key}”."))
    return QuickAction(name, prompt, table.word("key", _NO_KEY, ""), table.text("model", ""))


def _edited(text: str, actions: Sequence[QuickAction]) -> str:
    """Return the text of a file with these actions in it and no others."""
    import tomlkit  # noqa: PLC0415 - only a change needs what writes

    document = tomlkit.parse(text)
    # The library declares neither what is in a document nor what is in its tables.
    whole = cast("Mapping[str, Mapping[str, MutableMapping[str, object]]]", document)
    found = whole.get("actions", {})
    tables = tomlkit.table(is_super_table=True)
    for action in actions:
        entry = found.get(action.name) or cast("MutableMapping[str, object]", tomlkit.table())
        entry["prompt"] = tomlkit.string(action.prompt, multiline="\n" in action.prompt)
        entry.update({"key": action.key, "model": action.model})
        tables[action.name] = entry
    document["actions"] = tables
    return document.as_string()
