"""Services of the user's own, from a shell: asked as the settings say, without a key unless they need one."""

import json

from tests.cli.program import Program
from tests.support.openai_compatible import OPENAI_CHAT
from tests.support.remote import ServiceThread

NO_ADDRESS = {"GLMDESK_BASE_URL": "", "GLMDESK_API_KEY": ""}


def write(program: Program, name: str, text: str) -> None:
    config = program.home / "glmdesk" / "config"
    config.mkdir(parents=True, exist_ok=True)
    (config / name).write_text(text, encoding="utf-8")


def add(program: Program, address: str) -> None:
    write(program, "services.toml", f'[services.Ollama]\nbase_url = "{address}"\nmodels = ["glm4:9b"]\n')
    write(program, "settings.toml", 'service = "Ollama"\n')


def test_a_question_goes_to_the_service_of_the_settings(program: Program, bigmodel: ServiceThread) -> None:
    add(program, bigmodel.openai_url)

    ended = program.run("ask", "hello", env=NO_ADDRESS)

    assert (ended.code, ended.stdout, ended.stderr) == (0, "You said: “hello”.\n", "")
    (asked,) = bigmodel.requests
    assert (asked.path, asked.body["model"]) == (OPENAI_CHAT, "glm4:9b")
    assert asked.header("authorization") == ""


def test_a_key_of_the_environment_is_not_sent_to_it(program: Program, bigmodel: ServiceThread) -> None:
    add(program, bigmodel.openai_url)

    program.run("ask", "hello", env={"GLMDESK_BASE_URL": ""})

    assert bigmodel.requests[0].header("authorization") == ""


def test_a_model_of_bigmodel_is_not_asked_for_there(program: Program, bigmodel: ServiceThread) -> None:
    add(program, bigmodel.openai_url)

    ended = program.run("ask", "hello", "-m", "glm-4-plus", env=NO_ADDRESS)

    assert ended.code == 4
    assert ended.stderr.startswith("glmdesk: Ollama does not have the model glm-4-plus.")
    assert bigmodel.requests == []


def test_a_service_that_is_gone_asks_nobody(program: Program, bigmodel: ServiceThread) -> None:
    write(program, "settings.toml", 'service = "Ollama"\n')

    ended = program.run("ask", "hello", env=NO_ADDRESS)

    assert ended.code == 2
    assert "There is no service called “Ollama”." in ended.stderr
    assert bigmodel.requests == []


def test_the_doctor_lists_them_and_looks_for_no_key(program: Program, bigmodel: ServiceThread) -> None:
    add(program, bigmodel.openai_url)

    ended = program.run("doctor", "--json", env=NO_ADDRESS)
    found = json.loads(ended.stdout)

    assert found["own_services"]["services"] == ["Ollama"]
    assert found["service"]["models"] == ["glm4:9b"]
    assert "key" not in found


def test_no_key_is_said_to_be_needed(program: Program, bigmodel: ServiceThread) -> None:
    add(program, bigmodel.openai_url)

    ended = program.run("key", "status", env=NO_ADDRESS)

    assert (ended.code, ended.stdout) == (0, "Ollama is asked without a key.\n")
