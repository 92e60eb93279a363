"""What is known of formulas, and what is still wanted."""

import pytest

from glmdesk.render.blocks import MathSpan
from glmdesk.render.drawing import Drawing, Part
from glmdesk.ui.models.formulas import MAX_BYTES, Formulas


def drawing(size: int = 100) -> Drawing:
    whole = Part(1.0, 0.5, 0.5)
    return Drawing("x" * size, "0 0 1 1", whole, (whole,))


@pytest.fixture
def formulas() -> Formulas:
    return Formulas()


A, B = MathSpan("a"), MathSpan("b")


def test_what_is_not_known_is_wanted(formulas: Formulas) -> None:
    assert formulas.most_wanted() is None
    assert formulas.find(A) is None
    assert formulas.most_wanted() == A
    assert not formulas.knows(A)


def test_it_is_said_once_of_each(formulas: Formulas) -> None:
    said: list[None] = []
    formulas.wanted.connect(lambda: said.append(None))
    formulas.find(A)
    formulas.find(B)
    formulas.find(A)
    assert len(said) == 2

    formulas.put(A, drawing())
    formulas.put(B, None)
    formulas.find(A)
    formulas.find(B)
    assert len(said) == 2


def test_what_was_asked_for_last_is_wanted_most(formulas: Formulas) -> None:
    formulas.find(A)
    formulas.find(B)
    assert formulas.most_wanted() == B
    formulas.find(A)
    assert formulas.most_wanted() == A


def test_what_is_put_is_found(formulas: Formulas) -> None:
    formulas.find(A)
    formulas.put(A, found := drawing())

    assert formulas.find(A) is found
    assert formulas.most_wanted() is None
    assert formulas.find(MathSpan("a", display=True)) is None


def test_what_cannot_be_set_is_not_wanted_again(formulas: Formulas) -> None:
    formulas.put(A, None)

    assert formulas.knows(A)
    assert formulas.find(A) is None
    assert formulas.most_wanted() is None


def test_only_so_many_can_wait(formulas: Formulas) -> None:
    asked = [MathSpan(str(number)) for number in range(2_000)]
    for each in asked:
        formulas.find(each)

    waited = 0
    while (formula := formulas.most_wanted()) is not None:
        formulas.put(formula, None)
        waited += 1
    assert 100 < waited < 1_000
    assert formulas.knows(asked[-1])
    assert not formulas.knows(asked[0])


def test_the_least_used_is_forgotten_when_it_is_too_much(formulas: Formulas) -> None:
    size = MAX_BYTES // 10
    asked = [MathSpan(str(number)) for number in range(12)]
    for formula in asked:
        formulas.put(formula, drawing(size))
        formulas.find(asked[0])

    assert formulas.knows(asked[0])
    assert not formulas.knows(asked[1])
    assert sum(map(formulas.knows, asked)) == 9


def test_what_is_put_twice_counts_once(formulas: Formulas) -> None:
    for _ in range(100):
        formulas.put(A, drawing(MAX_BYTES // 10))
    formulas.put(B, drawing(MAX_BYTES // 10))

    assert formulas.knows(A)
    assert formulas.knows(B)
