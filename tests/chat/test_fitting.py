"""Files that are too long for a model."""

from glmdesk.chat.attached import tokens_of_file
from glmdesk.chat.fitting import Excerpt, LongFile, beginning, chosen_parts, in_parts, room_for_files
from glmdesk.domain.attachment import Attachment
from glmdesk.domain.model import Model
from glmdesk.domain.tokens import estimate_tokens

REPORT = Attachment("a" * 64, "report.pdf", 9)
DATA = Attachment("b" * 64, "data.csv", 9)
IMAGE = Attachment("c" * 64, "photo.png", 9)
TEXT = "\n\n".join(f"[page {number}]\n\n{'word ' * 80}".rstrip() for number in range(1, 41))
TOKENS = estimate_tokens(TEXT)


def test_words_take_room_from_files() -> None:
    model = Model("m", "M", context_window=8192)
    room = room_for_files(model, "", None)

    assert room is not None
    assert 0 < room < 8192
    words = "字" * 150
    assert room_for_files(model, words, None) == room - estimate_tokens(words)
    assert room_for_files(model, "字" * 15_000, None) == 0
    assert room_for_files(Model("m", "M"), "", None) is None


def test_all_parts_are_as_long_as_the_file_and_some_of_them_are_what_they_say() -> None:
    report = in_parts(REPORT, TEXT, TOKENS // 2)
    first, second, *_others = report.chunks

    assert report.tokens == tokens_of_file("report.pdf", TEXT)
    assert report.tokens_of(range(len(report.chunks))) == report.tokens
    assert report.tokens_of([0, 1]) == estimate_tokens(first.text) + estimate_tokens(second.text)
    assert report.tokens_of([]) == 0
    assert in_parts(IMAGE, "", TOKENS).tokens_of([]) == 0


def test_the_beginning_is_as_much_as_fits() -> None:
    files = [in_parts(REPORT, TEXT, TOKENS // 2), in_parts(DATA, "1,2", TOKENS // 2), LongFile(IMAGE)]
    first, image = beginning(files, TOKENS // 2)

    assert first.name == "report (beginning).txt"
    assert first.text is not None
    assert TEXT.startswith(first.text)
    assert TOKENS // 3 < estimate_tokens(first.text) <= TOKENS // 2
    assert image == Excerpt(IMAGE)


def test_files_that_fit_before_it_are_whole() -> None:
    files = [in_parts(DATA, "1,2", TOKENS // 2), in_parts(REPORT, TEXT, TOKENS // 2)]

    assert [excerpt.name for excerpt in beginning(files, TOKENS // 2)] == ["", "report (beginning).txt"]
    assert beginning(files, 10) == []


def test_chosen_parts_stand_in_their_order_and_a_gap_is_seen() -> None:
    report = in_parts(REPORT, TEXT, TOKENS // 2)
    texts = [chunk.text for chunk in report.chunks]
    count = len(texts)
    (excerpt,) = chosen_parts([report, LongFile(DATA, report.chunks)], [{3, 0, 1}, set()])

    assert excerpt.name == f"report (parts 1–2, 4 of {count}).txt"
    assert excerpt.text == (texts[0] + texts[1]).strip("\n") + "\n\n[…]\n\n" + texts[3].strip("\n")
    (cut,) = chosen_parts([in_parts(DATA, "[sheet S]\n\n" + "1,2,3\n" * 200, 300)], [{1}])
    assert cut.text is not None
    assert cut.text.startswith("[sheet S, continued]\n\n1,2,3\n")
    assert chosen_parts([report], [range(count)]) == [Excerpt(REPORT)]
    assert all(chunk.tokens <= TOKENS // 2 for chunk in report.chunks)
