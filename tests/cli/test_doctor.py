"""The state of an installation, told without touching it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from glmdesk import __version__
from tests.cli.program import KEY, Program
from tests.support.remote import ServiceThread
from tests.support.script import Refuse

DATABASE = Path("glmdesk", "data", "glmdesk.db")


def report(
    program: Program, *words: str, code: int = 0, env: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return what the doctor says to programs."""
    ended = program.run("doctor", "--json", *words, env=env)
    assert (ended.code, ended.stderr) == (code, "")
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def codes(found: dict[str, Any]) -> list[str]:
    """Return what is wrong, but for the keyring: there is none where these tests run."""
    return [problem["code"] for problem in found["problems"] if problem["code"] != "keyring-no-service"]


def test_a_fresh_installation_is_well_and_gets_no_file(program: Program) -> None:
    found = report(program)

    assert found["versions"]["glmdesk"] == __version__
    assert None not in found["versions"].values()
    assert found["folders"]["data"] == str(program.home / "glmdesk" / "data")
    assert found["database"] == {"path": str(program.home / DATABASE), "exists": False}
    assert codes(found) == []
    assert list(program.home.iterdir()) == []


def test_it_counts_and_quotes_nothing(program: Program) -> None:
    program.run("ask", "a question about elephants")

    ended = program.run("doctor")

    assert ended.code == 0
    assert "  Conversations: 1\n  Messages: 2\n" in ended.stdout
    assert "elephants" not in ended.stdout


def test_it_leaves_the_folder_of_the_database_as_it_was(program: Program) -> None:
    program.run("ask", "hello")
    folder = (program.home / DATABASE).parent
    before = {path: path.read_bytes() for path in folder.iterdir()}

    report(program)

    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_a_key_in_the_environment_is_mentioned_and_not_shown(program: Program) -> None:
    found = report(program)

    assert found["key"] == {"host": "127.0.0.1", "origin": "environment", "keyring": None}
    assert KEY not in json.dumps(found)
    assert "From: the variable GLMDESK_API_KEY\n" in program.run("doctor").stdout


def test_without_being_told_to_it_asks_nobody(program: Program, bigmodel: ServiceThread) -> None:
    assert "online" not in report(program)
    assert bigmodel.requests == []


def test_told_to_it_lists_the_models(program: Program, bigmodel: ServiceThread) -> None:
    assert "glm-4-plus" in report(program, "--online")["online"]["models"]
    assert [exchange.path for exchange in bigmodel.requests] == ["/models"]


def test_what_keeps_it_from_the_service_is_told(program: Program, bigmodel: ServiceThread) -> None:
    bigmodel.script(Refuse("1000"), path="/models")

    assert codes(report(program, "--online", code=3)) == ["1000"]


def test_a_damaged_history_is_found_and_left_alone(program: Program) -> None:
    database = program.home / DATABASE
    database.parent.mkdir(parents=True)
    database.write_bytes(b"this is no database" * 1000)

    found = report(program, code=6)

    assert codes(found) == ["database-damaged"]
    assert list(database.parent.iterdir()) == [database]


def test_a_folder_that_cannot_be_used_is_found(program: Program) -> None:
    (program.home / "glmdesk").touch()

    assert codes(report(program, code=6)) == [
        *["folder-unusable"] * 4,
        "settings-broken",
        "models-unreadable",
        "services-unreadable",
    ]


def test_settings_that_differ_are_listed_and_wrong_ones_are_found(program: Program) -> None:
    config = program.home / "glmdesk" / "config"
    config.mkdir(parents=True)
    (config / "settings.toml").write_text('model = "glm-4-plus"\ntheme = "pink"\n')

    found = report(program, code=6)

    assert found["settings"] == {"model": "glm-4-plus"}
    assert codes(found) == ["setting-not-allowed"]


def test_the_models_on_offer_are_those_of_the_service(program: Program) -> None:
    here = report(program)["service"]
    there = report(program, env={"GLMDESK_BASE_URL": "https://api.z.ai/api/paas/v4"})["service"]

    assert (here["model"], there["model"]) == ("glm-4-flash-250414", "glm-4.7-flash")
    assert "glm-4-plus" in here["models"]
    assert "glm-4-plus" not in there["models"]


def test_a_preferred_model_that_the_service_has_not_is_told(program: Program) -> None:
    config = program.home / "glmdesk" / "config"
    config.mkdir(parents=True)
    (config / "settings.toml").write_text('model = "glm-4-plus"\n')

    found = report(program, env={"GLMDESK_BASE_URL": "https://api.z.ai/api/paas/v4"})

    assert codes(found) == ["model-replaced"]
    assert found["service"]["model"] == "glm-4.7-flash"


def test_models_of_ones_own_are_listed_and_a_wrong_file_is_found(program: Program) -> None:
    own = program.home / "glmdesk" / "config" / "models.toml"
    own.parent.mkdir(parents=True)
    own.write_text("[models.qwen-max]\n")
    assert report(program)["service"]["models"][-1] == "qwen-max"

    own.write_text("[models.qwen-max]\nmax_output = -1\n")
    found = report(program, code=6)

    assert found["own_models"] == {"path": str(own), "exists": True}
    assert codes(found) == ["models-broken"]
    assert ", line 2: " in found["problems"][0]["words"]


@pytest.mark.parametrize("words", [(), ("--online",)])
def test_an_address_that_cannot_be_used_is_found_with_where_it_comes_from(
    program: Program, words: tuple[str, ...]
) -> None:
    ended = program.run("doctor", *words, env={"GLMDESK_BASE_URL": "nowhere"})

    assert ended.code == 6
    assert (
        "  “nowhere” is not an address of a service. It comes from the variable GLMDESK_BASE_URL. Nothing is "
        "asked until glmdesk is started with another address there, or without the variable.\n"
    ) in ended.stdout


def test_an_address_of_the_settings_that_cannot_be_used_is_found(program: Program) -> None:
    config = program.home / "glmdesk" / "config"
    config.mkdir(parents=True)
    (config / "settings.toml").write_text('base_url = "https://me:hunter2@example.org/v4"\n')

    ended = program.run("doctor", env={"GLMDESK_BASE_URL": ""})

    assert ended.code == 6
    assert "“https://•••@example.org/v4” has more in it than an address" in ended.stdout
    assert "It comes from the settings." in ended.stdout
    assert "hunter2" not in ended.stdout


def test_the_proxy_is_shown_without_its_password(program: Program) -> None:
    env = {"GLMDESK_BASE_URL": "https://example.org/v4", "HTTPS_PROXY": "http://me:hunter2@127.0.0.1:7890"}

    ended = program.run("doctor", env=env)

    assert "127.0.0.1:7890" in ended.stdout
    assert "hunter2" not in ended.stdout


def test_what_is_changed_for_chinese_input_is_shown(program: Program) -> None:
    ended = program.run("doctor", env={"QT_IM_MODULE": "fcitx"})

    assert "  QT_IM_MODULE: fcitx\n" in ended.stdout
    assert "QT_IM_MODULE=ibus" in ended.stdout


@pytest.mark.parametrize("words", [("--demo",), ("--demo", "--online")])
def test_the_demo_is_examined_without_key_and_network(offline: Program, words: tuple[str, ...]) -> None:
    found = report(offline, *words)

    assert "key" not in found
    assert found["folders"]["data"].endswith("demo")
    assert found["problems"] == []
