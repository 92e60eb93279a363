"""Answers that are JSON, in windows of their own: looked at, compared, and made into files."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, cast

from glmdesk.app.stage import Stage
from glmdesk.domain.json_table import table_in
from glmdesk.domain.message import Message
from glmdesk.domain.strict_json import Json, NotJson, read_json, unfenced, written
from glmdesk.i18n import _
from glmdesk.ui.controllers.saving import Content
from glmdesk.ui.tasks import TaskRunner

if TYPE_CHECKING:
    from glmdesk.ui.dialogs.json_window import FileKind, Page
    from glmdesk.ui.widgets.json_views import NamedJson


class Structured:
    """Opens the windows. `ask_where` asks where a file is to be, which has a title, a name and content."""

    def __init__(
        self,
        stage: Stage,
        tasks: TaskRunner,
        model_title: Callable[[str | None], str],
        ask_where: Callable[[str, str, Content], None],
    ) -> None:
        self._stage = stage
        self._tasks = tasks
        self._model_title = model_title
        self._ask_where = ask_where

    def open(self, answer: Message, variants: Sequence[Message], page: str) -> None:
        """Show an answer that is good JSON; it can be compared with the variants that are, too."""
        from glmdesk.ui.dialogs.json_window import JsonWindow  # noqa: PLC0415 - for who opens it

        named = self._named(answer, variants)
        if named is None:
            return
        others = [self._named(one, variants) for one in variants if one.id != answer.id and one.is_good_json]
        appearance = self._stage.appearance
        window = JsonWindow(
            self._stage.window,
            named,
            [other for other in others if other is not None],
            appearance.style,
            page=cast("Page", page),
        )
        appearance.changed.connect(window.set_style)
        window.file_requested.connect(partial(self._make_file, answer, named.value))
        window.show()

    def _named(self, answer: Message, variants: Sequence[Message]) -> "NamedJson | None":
        from glmdesk.ui.widgets.json_views import NamedJson  # noqa: PLC0415 - for who opens it

        try:
            value = read_json(unfenced(answer.text))
        except NotJson:
            return None
        title = self._model_title(answer.model)
        places = [variant.id for variant in variants]
        if len(places) > 1 and answer.id in places:
            title = _("{model}, variant {number}").format(model=title, number=places.index(answer.id) + 1)
        return NamedJson(title, value)

    def _make_file(self, answer: Message, value: Json, kind: "FileKind", order: list[int]) -> None:
        self._tasks.start(f"json:{answer.id}", partial(self._write, value, kind, order))

    async def _write(self, value: Json, kind: "FileKind", order: list[int]) -> None:
        content = await asyncio.to_thread(_content, value, kind, order)
        name = _("answer")
        self._ask_where(_("Export"), f"{name}.{kind}", content)


def _content(value: Json, kind: "FileKind", order: list[int]) -> Content:
    from glmdesk.export.workbook import workbook  # noqa: PLC0415 - for who exports
    from glmdesk.render.json_files import table_text  # noqa: PLC0415

    table = table_in(value)
    if kind == "json" or table is None:
        return written(value, indent=2)
    if kind == "xlsx":
        return workbook(table, order)
    # A spreadsheet takes UTF-8 for what it is by this mark alone; and lines end as they are.
    return b"\xef\xbb\xbf" + table_text(table, "csv", order).encode()
