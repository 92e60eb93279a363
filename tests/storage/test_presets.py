"""The user's presets."""

import pytest

from glmdesk.domain.options import Options, Preset
from glmdesk.storage.database import Database
from glmdesk.storage.presets import Presets

pytestmark = pytest.mark.anyio

STRICT = Preset("Strict", "Answer briefly.", Options(temperature=0.0, stop="。"))


async def test_presets_are_kept_by_name(database: Database) -> None:
    presets = Presets(database)
    await presets.save(STRICT)
    await presets.save(Preset("Free"))

    assert await presets.all() == (Preset("Free"), STRICT)


async def test_saving_a_name_again_replaces_it(database: Database) -> None:
    presets = Presets(database)
    await presets.save(STRICT)
    await presets.save(Preset("Strict", "Answer at length."))

    assert await presets.all() == (Preset("Strict", "Answer at length."),)


async def test_a_deleted_preset_is_gone(database: Database) -> None:
    presets = Presets(database)
    await presets.save(STRICT)
    await presets.delete("Strict")
    await presets.delete("Strict")

    assert await presets.all() == ()
