"""The files of a question on the screen."""

from dataclasses import replace

from glmdesk.domain.attachment import Attachment
from glmdesk.render.attachments import attachment_blocks, digest_in
from glmdesk.render.blocks import Paragraph, Written
from glmdesk.render.copying import as_html, as_markdown, as_plain_text
from glmdesk.render.link_places import links_in
from glmdesk.render.markdown import parse
from glmdesk.render.parts import Part
from glmdesk.render.shown import shown_blocks
from tests.chat.examples import question

FILES = (Attachment("a" * 64, "报表.csv", 999), Attachment("b" * 64, "two\nlines.md", 2_500_000))


def test_each_file_is_a_line_with_a_link() -> None:
    (block,) = attachment_blocks(FILES)

    assert isinstance(block, Paragraph)
    assert [(link.text, digest_in(link.href)) for link in links_in(block)] == [
        ("报表.csv", "a" * 64),
        ("two lines.md", "b" * 64),
    ]


def test_it_stands_above_the_words_and_alone_where_there_are_none() -> None:
    asked = replace(question("Sum?"), attachments=FILES)
    with_words, without = (shown_blocks(one, is_source=False) for one in (asked, replace(asked, text="")))

    assert [type(block) for block in with_words] == [Paragraph, Written]
    assert [type(block) for block in without] == [Paragraph]
    assert shown_blocks(question(""), is_source=False) == (Written(""),)


def test_copies_name_the_files_and_hold_no_link_that_leads_nowhere() -> None:
    part = Part(replace(question(""), attachments=FILES))

    assert as_plain_text([part]) == "报表.csv · 999 B\ntwo lines.md · 2.5 MB"
    assert as_markdown([part]) == as_plain_text([part])
    assert (
        as_markdown([Part(replace(part.message, text="**Sum**?"))]) == f"{as_plain_text([part])}\n\n**Sum**?"
    )
    assert "href" not in as_html([part])
    assert "报表.csv · 999 B" in as_html([part])


def test_no_message_makes_such_a_link() -> None:
    (block,) = parse(f"[x](attachment:{'a' * 64}) <attachment:{'a' * 64}>")

    assert list(links_in(block)) == []
    assert digest_in(f"https://example.com/attachment:{'a' * 64}") is None
    assert digest_in("attachment:../../etc/passwd") is None
