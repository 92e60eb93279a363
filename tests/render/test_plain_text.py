import pytest

from glmdesk.render.markdown import parse
from glmdesk.render.plain_text import plain_text


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("# a *b*", "a b"),
        ("a **b** ~~c~~ `d` [e](https://f)", "a b c d e"),
        ("a\nb  \nc", "a\nb\nc"),
        ("a\n\nb", "a\n\nb"),
        ("- a\n- b\n  - c", "• a\n• b\n  • c"),
        ("- a\n\n- b", "• a\n\n• b"),
        ("9. a\n10. b\n    c", "9. a\n10. b\n    c"),
        ("- [ ] a\n- [x] b", "☐ a\n☑ b"),
        ("1. [x] a", "1. ☑ a"),
        ("1. a\n   ```\n   b\n   c\n   ```", "1. a\n   b\n   c"),
        ("> a\n> > b", "a\n\nb"),
        ("```py\na\n  b\n```", "a\n  b"),
        ("|a|b|\n|-|-|\n|1|`2`|\n|3|", "a\tb\n1\t2\n3"),
        ("|a|\n|-|\n|b<br>c|", "a\nb c"),
        ("$$\nx\n$$", "$$\nx\n$$"),
        ("\\[x\\]", "$$\nx\n$$"),
        ("$$\nx", "$$\nx"),
        ("so $x$ and \\(y\\)", "so $x$ and $y$"),
        ("so $$x$$", "so $$x$$"),
        ("a[^1]\n\n[^1]: b", "a[1]\n\n[1] b"),
        ("![a cat](https://b/c.png)", "a cat"),
        ("a\n\n---\n\nb", "a\n\nb"),
    ],
)
def test_plain_text_is_what_a_person_would_type(markdown: str, text: str) -> None:
    assert plain_text(parse(markdown)) == text
