"""A question and its answer, from a shell."""

import subprocess
from pathlib import Path

from tests.cli.history import stored_messages
from tests.cli.program import Program
from tests.documents import samples
from tests.support.image_samples import png
from tests.support.remote import ServiceThread
from tests.support.script import Answer, Refuse, SearchResult, Usage


def prompt(bigmodel: ServiceThread) -> object:
    """Return the messages that the last question was asked with."""
    return bigmodel.chats[-1].body["messages"]


def test_the_answer_is_on_standard_output_and_nothing_else_is(
    program: Program, bigmodel: ServiceThread
) -> None:
    bigmodel.script(Answer("你好，世界 🌏"))

    ended = program.run("ask", "你好")

    assert (ended.code, ended.stdout, ended.stderr) == (0, "你好，世界 🌏\n", "")


def test_a_last_line_end_of_the_answer_is_not_doubled(program: Program, bigmodel: ServiceThread) -> None:
    bigmodel.script(Answer("one\ntwo\n"))

    assert program.run("ask", "count").stdout == "one\ntwo\n"


def test_every_piece_leaves_as_it_arrives(program: Program, bigmodel: ServiceThread) -> None:
    bigmodel.script(Answer("onetwo", chunk_size=3, pause_after=1))

    with program.running("ask", "count") as process:
        assert process.stdout is not None
        exchange = bigmodel.arrived("/chat/completions", timeout_s=20)
        assert process.stdout.read(3) == b"one"
        assert process.poll() is None
        bigmodel.release(exchange)
        assert process.stdout.read() == b"two\n"


def test_question_and_answer_are_in_the_history(program: Program, bigmodel: ServiceThread) -> None:
    bigmodel.script(Answer("An answer"))
    program.run("ask", "A question", "-m", "glm-4-plus", "--system", "Be brief")

    question, answer = stored_messages(program)

    assert (question["role"], question["text"]) == ("user", "A question")
    assert (answer["role"], answer["text"], answer["state"]) == ("assistant", "An answer", "complete")
    assert (answer["model"], answer["parent"]) == ("glm-4-plus", question["id"])
    assert {"usage", "cost_cny", "timing", "request_id"} <= answer.keys()
    assert prompt(bigmodel) == [
        {"role": "system", "content": "Be brief"},
        {"role": "user", "content": "A question"},
    ]


def test_a_conversation_is_called_after_the_first_line_of_its_question(program: Program) -> None:
    program.run("ask", "A first line\nand more")

    assert program.run("export", "--all", "--format", "md").stdout.startswith("# A first line\n")


def test_without_saving_there_is_not_even_a_database(program: Program) -> None:
    assert program.run("ask", "hello", "--no-save").code == 0
    assert not list(program.home.rglob("*.db*"))


def test_nothing_is_sent_when_the_budget_of_the_month_is_used_up(
    program: Program, bigmodel: ServiceThread
) -> None:
    settings = program.home / "glmdesk" / "config" / "settings.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text('monthly_budget = "0.0000001"\nmodel = "glm-4-plus"\n')
    assert program.run("ask", "first").code == 0, "nothing was spent before"
    count = len(bigmodel.requests)
    kept, unkept = program.run("ask", "second"), program.run("ask", "second", "--no-save")

    assert (kept.code, kept.stdout) == (unkept.code, unkept.stdout) == (4, "")
    assert kept.stderr == unkept.stderr
    assert "The budget of this month is used up: ¥0.0" in kept.stderr
    assert "Ask with --over-budget all the same" in kept.stderr
    assert len(bigmodel.requests) == count
    assert [one["text"] for one in stored_messages(program) if one["role"] == "user"] == ["first"]
    assert program.run("ask", "free", "-m", "glm-4-flash-250414").code == 0
    assert program.run("ask", "all the same", "--over-budget").code == 0


def test_what_is_not_saved_counts_for_no_budget(program: Program, bigmodel: ServiceThread) -> None:
    settings = program.home / "glmdesk" / "config" / "settings.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text('monthly_budget = "0.0000001"\nmodel = "glm-4-plus"\n')

    assert [program.run("ask", "hello", "--no-save").code for _ in range(2)] == [0, 0]
    assert not list(program.home.rglob("*.db*"))


def test_what_is_piped_in_follows_the_words(program: Program, bigmodel: ServiceThread) -> None:
    program.run("ask", "Summarize:", stdin="一二三\n".encode())

    assert prompt(bigmodel) == [{"role": "user", "content": "Summarize:\n\n一二三"}]


def test_what_is_piped_in_is_a_question_by_itself(program: Program, bigmodel: ServiceThread) -> None:
    program.run("ask", stdin=b"\xef\xbb\xbfhello")

    assert prompt(bigmodel) == [{"role": "user", "content": "hello"}]


def test_files_stand_before_the_words_as_blocks_with_their_names(
    program: Program, bigmodel: ServiceThread, tmp_path: Path
) -> None:
    (tmp_path / "a.md").write_text("```\ncode\n```\n")
    (tmp_path / "b.txt").write_text("二")

    program.run("ask", "Compare", "--file", tmp_path / "a.md", "--file", tmp_path / "b.txt")

    text = "a.md:\n\n````\n```\ncode\n```\n````\n\nb.txt:\n\n```\n二\n```\n\nCompare"
    assert prompt(bigmodel) == [{"role": "user", "content": text}]


def test_files_are_in_the_history_with_their_question(
    program: Program, bigmodel: ServiceThread, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("1,2\n")
    program.run("ask", "--file", tmp_path / "a.csv")
    question, _answer = stored_messages(program)

    assert question["text"] == ""
    assert [(one["name"], one["size"]) for one in question["attachments"]] == [("a.csv", 4)]
    exported = program.run("export", "--all", "--format", "md").stdout
    assert exported.startswith("# a.csv\n")
    assert "- a.csv · 4 B" in exported


def test_what_is_not_saved_leaves_no_files(program: Program, bigmodel: ServiceThread, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1,2\n")
    program.run("ask", "Sum", "--file", tmp_path / "a.csv", "--no-save")

    assert "1,2" in str(prompt(bigmodel))
    assert not list(program.home.rglob("attachments"))


def test_a_file_that_is_missing_or_binary_is_named_before_anything_is_asked(
    program: Program, bigmodel: ServiceThread, tmp_path: Path
) -> None:
    (tmp_path / "binary").write_bytes(b"\0\0\0")

    binary = program.run("ask", "What is it?", "--file", tmp_path / "binary")
    missing = program.run("ask", "What is it?", "--file", tmp_path / "nothing")

    assert binary.code == missing.code == 2
    assert "binary” is not a text" in binary.stderr
    assert "nothing” cannot be read: No such file" in missing.stderr
    assert bigmodel.requests == []


def test_a_document_is_read(program: Program, bigmodel: ServiceThread, tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(samples.pdf(["Up by 12 %.", "The end."]))

    ended = program.run("ask", "Sales?", "--file", tmp_path / "report.pdf")

    assert ended.code == 0
    (chat,) = bigmodel.chats
    assert chat.body["messages"][-1]["content"] == (
        "report.pdf:\n\n```\n[page 1]\n\nUp by 12 %.\n\n[page 2]\n\nThe end.\n```\n\nSales?"
    )


def test_an_image_is_shown_to_a_model_that_sees_and_to_no_other(
    program: Program, bigmodel: ServiceThread, tmp_path: Path
) -> None:
    (tmp_path / "photo.png").write_bytes(png())
    question = ("ask", "What is it?", "--file", tmp_path / "photo.png")

    blind = program.run(*question)
    assert blind.code == 2
    assert "does not see attached images: photo.png. Choose a model that does" in blind.stderr
    assert bigmodel.chats == []
    seeing = program.run(*question, "-m", "glm-5.3-flash")
    assert seeing.code == 0
    (chat,) = bigmodel.chats
    assert [part["type"] for part in chat.body["messages"][-1]["content"]] == ["image_url", "text"]


def test_a_question_is_needed(program: Program) -> None:
    ended = program.run("ask", stdin=b" \n")

    assert (ended.code, ended.stdout) == (2, "")
    assert ended.stderr == (
        'glmdesk: There is no question. Write it behind the command, as in glmdesk ask "…", or pipe it in.\n'
    )


def test_sources_follow_the_answer(program: Program, bigmodel: ServiceThread) -> None:
    bigmodel.script(
        Answer(
            "Found[ref_1].",
            web_search=(
                SearchResult("A  title", "https://example.org/a", refer="ref_1"),
                SearchResult("", "", refer="ref_2"),
                SearchResult("", "", media="A site", refer="ref_3"),
            ),
        )
    )

    ended = program.run("ask", "news", "--web-search")

    assert ended.stdout == "Found[ref_1].\n\n[ref_1] A title – https://example.org/a\n[ref_3] A site\n"
    assert bigmodel.chats[-1].body["tools"][0]["type"] == "web_search"


def test_a_search_that_a_model_does_not_do_is_refused(program: Program, bigmodel: ServiceThread) -> None:
    ended = program.run("ask", "news", "--web-search", "-m", "glm-4-long")

    assert (ended.code, ended.stdout) == (2, "")
    assert "GLM-4-Long does not search the web." in ended.stderr
    assert bigmodel.chats == []


def test_an_unknown_model_is_for_the_service_to_refuse(program: Program) -> None:
    ended = program.run("ask", "hello", "-m", "glm-9")

    assert (ended.code, ended.stdout) == (4, "")
    assert "Choose another model." in ended.stderr


def test_the_demo_keeps_to_the_settings_but_not_to_a_model_it_does_not_know(offline: Program) -> None:
    settings = offline.home / "glmdesk" / "config" / "settings.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text('language = "zh-CN"\nmodel = "of-another-service"\n')

    ended = offline.run("ask", "你好 demo:length", "--demo")

    assert (ended.code, ended.stderr) == (0, "glmdesk: 这条回答达到了长度上限。\n")


def test_the_demo_needs_nothing_and_has_a_history_of_its_own(offline: Program) -> None:
    ended = offline.run("ask", "Hello demo:length", "--demo")

    assert ended.code == 0
    assert len(ended.stdout) > 100
    assert stored_messages(offline) == []
    assert "# Hello" in offline.run("--demo", "export", "--all", "--format", "md").stdout


def test_a_person_at_the_terminal_is_told_what_is_waited_for(
    program: Program, bigmodel: ServiceThread
) -> None:
    bigmodel.script(Refuse("1302"), Answer("at last"))

    shown = program.run_on_terminal("ask", "hello")

    assert shown.code == 0
    assert "Too many requests at once for your account. Trying again in 1 s.\n" in shown.stdout
    assert shown.stdout.endswith("at last\n")


def test_a_script_is_not(program: Program, bigmodel: ServiceThread) -> None:
    bigmodel.script(Refuse("1302"), Answer("at last"))

    ended = program.run("ask", "hello")

    assert (ended.code, ended.stdout, ended.stderr) == (0, "at last\n", "")


def test_an_answer_cannot_command_the_terminal(program: Program, bigmodel: ServiceThread) -> None:
    bigmodel.always(Answer("a\x1b]52;c;aGk=\x07b\x9b31mc\td\x7f\n", chunk_size=1))

    assert program.run_on_terminal("ask", "hello").stdout == "a]52;c;aGk=b31mc\td\n"
    assert program.run("ask", "hello").stdout == "a\x1b]52;c;aGk=\x07b\x9b31mc\td\x7f\n"


def test_half_a_character_does_not_stop_the_rest(program: Program, bigmodel: ServiceThread) -> None:
    bigmodel.script(Answer("before 😀 after", chunk_size=3))

    assert program.run("ask", "hello", env={"PYTHONIOENCODING": "ascii"}).stdout == "before ? after\n"


def test_the_answer_can_go_into_a_file(program: Program, bigmodel: ServiceThread, tmp_path: Path) -> None:
    bigmodel.script(Answer("kept"))
    with (
        (tmp_path / "answer.txt").open("wb") as file,
        program.running("ask", "hello", stdout=file.fileno()) as process,
    ):
        _, stderr = process.communicate(timeout=20)

    assert (process.returncode, stderr) == (0, b"")
    assert (tmp_path / "answer.txt").read_text() == "kept\n"


def test_settings_that_are_not_allowed_are_mentioned(program: Program) -> None:
    config = program.home / "glmdesk" / "config"
    config.mkdir(parents=True)
    (config / "settings.toml").write_text('silence_s = "long"\n')

    ended = program.run("ask", "hello")

    assert ended.code == 0
    assert "silence_s cannot be 'long'" in ended.stderr


def test_an_address_that_cannot_be_used_is_a_matter_of_usage_and_nothing_is_kept(program: Program) -> None:
    ended = program.run("ask", "hello", env={"GLMDESK_BASE_URL": "http://example.org"})

    assert (ended.code, ended.stdout) == (2, "")
    assert ended.stderr == (
        "glmdesk: “http://example.org” is not encrypted and would show your key on the way. "
        "It comes from the variable GLMDESK_BASE_URL. Nothing is asked until glmdesk is started with another "
        "address there, or without the variable.\n"
    )
    assert not (program.home / "glmdesk" / "data" / "glmdesk.db").exists()


def test_missing_streams_are_no_fault(program: Program, bigmodel: ServiceThread) -> None:
    bigmodel.script(Answer("nobody reads this"))
    command = " ".join(program.command("ask", "hello"))

    ended = subprocess.run(
        ["sh", "-c", f"cd '{Path(__file__).parents[2]}' && exec {command} <&- >&- 2>&-"],
        env=program.environment(),
        timeout=20,
        check=False,
    )

    assert ended.returncode == 0
    assert [message["state"] for message in stored_messages(program)] == ["complete", "complete"]


# An address that the questions of these tests never get as far as.
AT_Z_AI = {"GLMDESK_BASE_URL": "https://api.z.ai/api/paas/v4"}


def test_a_model_that_the_service_has_not_is_not_asked_for(program: Program) -> None:
    ended = program.run("ask", "hello", "-m", "glm-4-plus", env=AT_Z_AI)

    assert (ended.code, ended.stdout) == (4, "")
    assert ended.stderr == (
        "glmdesk: api.z.ai does not have the model glm-4-plus. Choose another one, such as glm-4.7-flash.\n"
    )
    assert not list(program.home.rglob("*.db*"))


def test_a_preferred_model_that_the_service_has_not_is_told(program: Program) -> None:
    config = program.home / "glmdesk" / "config"
    config.mkdir(parents=True)
    (config / "settings.toml").write_text('model = "glm-4-plus"\n')

    # Without a key it ends before the service is asked.
    ended = program.run("ask", "hello", env={**AT_Z_AI, "GLMDESK_API_KEY": ""})

    assert ended.code == 3
    assert ended.stderr.startswith(
        "glmdesk: api.z.ai does not have the model of your settings, glm-4-plus. "
        "New chats begin with glm-4.7-flash.\n"
    )


def test_a_model_of_ones_own_answers_for_its_own_price(program: Program, bigmodel: ServiceThread) -> None:
    own = program.home / "glmdesk" / "config" / "models.toml"
    own.parent.mkdir(parents=True)
    own.write_text('[models."glm-5.2"]\nprices.CNY = [{ input = 1000000, output = 0 }]\n')
    bigmodel.script(Answer("ok", usage=Usage(3, 4)))

    ended = program.run("ask", "hello", "-m", "glm-5.2")

    assert (ended.code, ended.stderr) == (0, "")
    assert stored_messages(program)[1]["cost_cny"] == "3"


def test_a_file_of_models_that_is_wrong_is_told_and_keeps_nobody_from_asking(program: Program) -> None:
    own = program.home / "glmdesk" / "config" / "models.toml"
    own.parent.mkdir(parents=True)
    own.write_text("[models.qwen-max]\n\nmax_output = many\n")

    ended = program.run("ask", "hello")

    assert ended.code == 0
    assert ended.stderr.startswith(f"glmdesk: {own}, line 3: This is not TOML: ")
    assert "those of glmdesk are there" in ended.stderr


def test_a_person_is_told_once_that_the_model_thinks(program: Program, bigmodel: ServiceThread) -> None:
    bigmodel.script(Answer("ok", reasoning="Let me think about this."), Answer("ok", reasoning="Hm."))

    shown = program.run_on_terminal("ask", "hello", "-m", "glm-5.2").stdout
    piped = program.run("ask", "hello", "-m", "glm-5.2")

    assert shown == "glmdesk: Thinking…\nok\n"
    assert (piped.stdout, piped.stderr) == ("ok\n", "")


ORDERS = "order,amount\n" + "".join(f"O{number:05},{number}\n" for number in range(1500))


def test_a_file_that_is_too_long_is_read_part_by_part(
    program: Program, bigmodel: ServiceThread, tmp_path: Path
) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(ORDERS)
    bigmodel.script(Answer("All."), when="as if you had read all of it at once")
    bigmodel.always(Answer("Some.", usage=Usage(1000, 10)))
    ended = program.run("ask", "Which?", "--file", str(path), "-m", "glm-4-airx", "--part-by-part")
    question, answer = stored_messages(program)

    assert (ended.code, ended.stdout, ended.stderr) == (0, "All.\n", "")
    parts = answer["parts"]["answers"]
    assert len(bigmodel.chats) == len(parts) + 1 > 3
    assert question["parts"] == {"model": ""}
    assert [one["text"] for one in parts] == ["Some."] * len(parts)
    assert answer["usage"]["prompt_tokens"] > 1000 * len(parts)
    assert bigmodel.forbidden == []


def test_another_model_reads_the_parts_and_what_is_missing_is_an_error(
    program: Program, bigmodel: ServiceThread, tmp_path: Path
) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(ORDERS)
    bigmodel.script(Refuse("1301"), when="This is part 2 of")
    bigmodel.always(Answer("Some."))
    models = ["-m", "glm-4-airx", "--parts-model", "glm-4-plus"]
    assert program.run("ask", "Which?", "--file", str(path), *models).code == 0
    assert {chat.body["model"] for chat in bigmodel.chats} == {"glm-4-airx", "glm-4-plus"}
    words = ["ask", "Which?", "--file", str(path), "-m", "glm-4-airx", "--part-by-part", "--no-save"]
    ended = program.run(*words)

    assert (ended.code, ended.stdout) == (4, "Some.\n")
    assert "Parts that are not in this answer: 2 of " in ended.stderr


def test_who_is_refused_for_a_long_file_is_told_how_it_is_read(
    program: Program, bigmodel: ServiceThread, tmp_path: Path
) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(ORDERS)
    bigmodel.script(Refuse("1261"))
    ended = program.run("ask", "Which?", "--file", str(path), "-m", "glm-4-airx")

    assert ended.code == 4
    assert "--part-by-part" in ended.stderr
