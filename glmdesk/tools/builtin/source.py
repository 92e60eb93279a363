"""All tools of the program."""

from collections.abc import Sequence

from glmdesk.domain.tool import Tool
from glmdesk.storage.database import Database
from glmdesk.tools.beside import Beside, in_thread
from glmdesk.tools.builtin.calculator import calculator
from glmdesk.tools.builtin.clock import clock
from glmdesk.tools.builtin.files import ReadText, file_reader
from glmdesk.tools.builtin.history import history_search
from glmdesk.tools.builtin.tables import table_query
from glmdesk.tools.builtin.units import converter


class BuiltInTools:
    """Offers the tools of the program, the same ones in the same order each time.

    `read_text` returns the text of an attached file as the model reads it.
    """

    def __init__(self, database: Database, read_text: ReadText, beside: Beside = in_thread) -> None:
        self._database = database
        self._read_text = read_text
        self._beside = beside

    async def tools(self) -> Sequence[Tool]:
        """Return what is on offer."""
        return (
            calculator(),
            clock(),
            converter(),
            file_reader(self._read_text),
            table_query(self._read_text, self._beside),
            history_search(self._database),
        )
