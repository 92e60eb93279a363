"""Texts in which nothing is hidden."""

from glmdesk.domain.unseen import unmasked


def test_nothing_is_hidden_in_what_is_read_before_it_is_allowed() -> None:
    plain = "rm -rf ~\n\t家 👨\u200d👩 \u0301"
    assert unmasked(plain) == plain
    assert unmasked("a\u202ecod.exe") == r"a\u202ecod.exe"
    assert unmasked("\x1b[8mhidden\x1b[0m\x7f") == r"\u001b[8mhidden\u001b[0m\u007f"
    assert unmasked("\U000e0041\u200b\u2028") == r"\udb40\udc41\u200b\u2028"
    assert unmasked("\ud800") == r"\ud800"
