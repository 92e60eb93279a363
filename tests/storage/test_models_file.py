"""The catalogue as it is found on the disk: the program's own file, and the user's."""

from pathlib import Path

import pytest

from glmdesk.storage.models_file import load_catalog

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
BUILT_IN = [model.id for model in load_catalog(RESOURCES, Path("/nowhere")).at("open.bigmodel.cn")]


def test_without_a_file_of_ones_own_there_is_what_comes_with_the_program(tmp_path: Path) -> None:
    catalog = load_catalog(RESOURCES, tmp_path)

    assert [model.id for model in catalog.at("open.bigmodel.cn")] == BUILT_IN
    assert catalog.notices == ()


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_file_of_ones_own_adds_models(tmp_path: Path, mark: str) -> None:
    (tmp_path / "models.toml").write_text(f'{mark}[models.qwen-max]\ntitle = "Qwen Max"\n', encoding="utf-8")

    catalog = load_catalog(RESOURCES, tmp_path)

    assert [model.id for model in catalog.at("127.0.0.1")] == [*BUILT_IN, "qwen-max"]
    assert catalog.title("qwen-max") == "Qwen Max"
    assert catalog.notices == ()


def test_a_file_that_is_wrong_is_told_with_its_line_and_what_comes_with_the_program_remains(
    tmp_path: Path,
) -> None:
    own = tmp_path / "models.toml"
    own.write_text('[models.qwen-max]\ntitle = "Qwen Max"\nmax_output = "8K"\n', encoding="utf-8")

    catalog = load_catalog(RESOURCES, tmp_path)

    assert [model.id for model in catalog.at("open.bigmodel.cn")] == BUILT_IN
    (notice,) = catalog.notices
    assert notice.headline == f"{own}, line 3: “max_output” has to be a whole number above 0."
    assert notice.code == "models-broken"


@pytest.mark.parametrize("content", [b"title = '\xff'", None])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, content: bytes | None) -> None:
    own = tmp_path / "models.toml"
    if content is None:
        own.mkdir()
    else:
        own.write_bytes(content)

    catalog = load_catalog(RESOURCES, tmp_path)

    assert [model.id for model in catalog.at("open.bigmodel.cn")] == BUILT_IN
    (notice,) = catalog.notices
    assert notice.code == "models-unreadable"
    assert notice.headline.startswith(f"{own} could not be read: ")
