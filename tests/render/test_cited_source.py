"""The Markdown of an answer with sources, for other readers."""

from hypothesis import example, given
from hypothesis import strategies as st

from glmdesk.render.cited_source import cited_source
from glmdesk.render.markdown import parse
from glmdesk.render.runs import flat_blocks
from tests.render.test_references import FIRST, FOUND, shown

MARKS = ("[ref_1]", "【ref_12】", "[ref_9]", "`[ref_1]`")
PIECES = st.sampled_from((*MARKS, "*", "**", "- ", "\n", "\n\n", "[", "](u)", "| a ", "字", " "))


def test_the_source_of_a_text_is_as_it_was_but_for_its_marks() -> None:
    source = "*  Found [ref_1].\n*  More\n\nNo mark\n\n\n```\n[ref_1]\n```\n\n[ref_3] __x__ [ref_9]\n"

    rewritten = source.replace("*  Found [ref_1]", f"*  Found [[1]](<{FIRST}>)").replace("[ref_3]", "[3]")
    assert cited_source(source, FOUND) == rewritten
    assert cited_source(source, ()) == source


def test_what_is_code_beside_a_mark_stays_code() -> None:
    assert cited_source("Not `[ref_1]` but [ref_1]", FOUND) == f"Not `[ref_1]` but [[1]](<{FIRST}>)"


@example("[ [ref_1]](u)")
@example("[ref_1]`[ref_1]`[`[ref_1]`](u)")
@given(st.lists(PIECES).map("".join))
def test_the_source_reads_elsewhere_as_it_is_shown(source: str) -> None:
    # How much space there is between words is no matter to readers of Markdown.
    assert flat_blocks(parse(cited_source(source, FOUND))).split() == shown(source).split()
