"""The file of services: what it may say, where it is said to be wrong, and what stays in it."""

from pathlib import Path

import pytest

from glmdesk.domain.errors import LocalDataError
from glmdesk.domain.own_service import OwnService
from glmdesk.storage.services_file import NAME, ServicesFile

pytestmark = pytest.mark.anyio

OLLAMA = OwnService("Ollama", "http://127.0.0.1:11434/v1", ("glm4:9b",))
HOME = OwnService(
    "Zu Hause “5”",
    "http://192.168.1.5:8000/v1",
    ("glm-4.7", "glm-4.6v"),
    needs_key=True,
    is_plain_allowed=True,
)
GATEWAY = OwnService("Gateway", "https://llm.example.com/v4", dialect="bigmodel", needs_key=True)


def written(config: Path, text: str) -> ServicesFile:
    config.mkdir(exist_ok=True)
    (config / NAME).write_text(text, encoding="utf-8")
    return ServicesFile(config)


def kept_aside(config: Path) -> list[str]:
    return [file.read_text(encoding="utf-8") for file in config.glob(f"{NAME}.broken-*")]


def test_without_a_file_there_are_no_services(tmp_path: Path) -> None:
    file = ServicesFile(tmp_path / "config")

    assert (file.services, file.notices) == ((), ())
    assert not (tmp_path / "config").exists()


async def test_what_was_saved_is_there_again_in_its_order(tmp_path: Path) -> None:
    await ServicesFile(tmp_path).save([HOME, OLLAMA, GATEWAY])

    assert ServicesFile(tmp_path).services == (HOME, OLLAMA, GATEWAY)


async def test_one_that_is_gone_leaves_the_others_as_people_wrote_them(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        """# mine
[services.Ollama]
base_url = "http://127.0.0.1:11434/v1" # on the desk
models = ["glm4:9b"]

[services.Old]
base_url = "https://old.example.com/v1"
models = ["m"]
""",
    )
    await file.save([service for service in file.services if service.name != "Old"])

    text = (tmp_path / NAME).read_text(encoding="utf-8")
    assert text.startswith("# mine\n")
    assert "Old" not in text
    assert ServicesFile(tmp_path).services == (OLLAMA,)


def test_a_name_and_an_address_are_all_that_has_to_be_said(tmp_path: Path) -> None:
    file = written(tmp_path, '[services.A]\nbase_url = "http://127.0.0.1/v1"\n')

    assert file.services == (OwnService("A", "http://127.0.0.1/v1"),)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("", "A service needs “base_url”."),
        ('base_url = "x"\nkey = 1', "“key” has to be true or false."),
        ('base_url = "x"\nspeaks = "french"', "“speaks” has to be one of these: openai, bigmodel."),
        ('base_url = "x"\nmodels = "m"', "“models” has to be a list."),
        (
            'base_url = "x"\nmodel = "m"',
            "“model” is not known here. What can stand here: base_url, key, models, speaks, unencrypted.",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_nothing_is_taken(
    tmp_path: Path, entry: str, reason: str
) -> None:
    file = written(tmp_path, f'[services.Good]\nbase_url = "y"\n[services.Bad]\n{entry}\n')

    (notice,) = file.notices
    assert notice.code == "services-broken"
    assert reason in notice.words
    assert str(tmp_path / NAME) in notice.words
    assert file.services == ()


async def test_a_file_that_is_none_is_kept_aside(tmp_path: Path) -> None:
    file = written(tmp_path, "this is no TOML")

    await file.save([OLLAMA])

    assert kept_aside(tmp_path) == ["this is no TOML"]
    assert ServicesFile(tmp_path).services == (OLLAMA,)
    assert file.notices == ()


async def test_what_cannot_be_written_is_said_and_in_force(tmp_path: Path) -> None:
    (tmp_path / "config").touch()
    file = ServicesFile(tmp_path / "config")

    with pytest.raises(LocalDataError):
        await file.save([OLLAMA])

    assert file.services == (OLLAMA,)
