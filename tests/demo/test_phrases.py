from pathlib import Path

import pytest

from glmdesk.demo.phrases import load_library
from tests.demo.asking import RESOURCES


def test_a_file_without_an_answer_for_every_kind_of_question_is_refused(tmp_path: Path) -> None:
    for source in (RESOURCES / "demo").iterdir():
        text = source.read_text("utf-8").replace("greeting = '''", "greetings = '''")
        (tmp_path / source.name).write_text(text, "utf-8")

    with pytest.raises(ValueError, match="greeting"):
        load_library(tmp_path)
