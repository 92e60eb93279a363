"""The user's presets: ways of asking that have a name."""

import apsw

from glmdesk.domain.options import Preset
from glmdesk.storage.database import Database
from glmdesk.storage.plain import dump, read
from glmdesk.storage.plain_options import options_in, plain_options
from glmdesk.storage.sql import execute, select

_SAVE = "INSERT OR REPLACE INTO presets (name, system, options) VALUES (?, ?, ?)"


class Presets:
    """The stored presets, by name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> tuple[Preset, ...]:
        """Return every preset, in the order of the names."""

        def work(connection: apsw.Connection) -> tuple[Preset, ...]:
            rows = select(connection, "SELECT name, system, options FROM presets ORDER BY name")
            return tuple(Preset(name, system, options_in(read(options))) for name, system, options in rows)

        return await self._database.read(work)

    async def save(self, preset: Preset) -> None:
        """Keep a preset; one of the same name is replaced."""
        values = (preset.name, preset.system, dump(plain_options(preset.options)))
        await self._database.write(lambda connection: execute(connection, _SAVE, values))

    async def delete(self, name: str) -> None:
        """Forget a preset."""
        statement = "DELETE FROM presets WHERE name = ?"
        await self._database.write(lambda connection: execute(connection, statement, (name,)))
