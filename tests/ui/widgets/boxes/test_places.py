"""Positions for us and for Qt, with and without pieces that are something else to Qt."""

from hypothesis import given
from hypothesis import strategies as st

from glmdesk.ui.widgets.boxes.places import Places

TEXTS = st.text(alphabet="ab你𠀋😀\n", max_size=30)


@st.composite
def texts_with_pieces(draw: st.DrawFn) -> tuple[str, list[tuple[int, int, int]]]:
    """Return a text and pieces of it, in order, none of them empty."""
    text = draw(TEXTS)
    ends = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    pieces = zip(ends[::2], ends[1::2], strict=False)
    return text, [(start, end, draw(st.integers(1, 5))) for start, end in pieces]


def shown(text: str, pieces: list[tuple[int, int, int]]) -> list[str]:
    """Return what Qt is given, unit by unit: each as the characters that it is, or is a half of."""
    units: list[str] = []
    start = 0
    for first, last, count in [*pieces, (len(text), len(text), 0)]:
        for letter in text[start:first]:
            units += [letter] * (2 if letter > "\uffff" else 1)
        units += [text[first:last]] * count
        start = last
    return units


@given(texts_with_pieces())
def test_a_position_is_where_as_many_units_stand_before_it(
    case: tuple[str, list[tuple[int, int, int]]],
) -> None:
    text, pieces = case
    places, units = Places(text, pieces), shown(text, pieces)
    inside = {place for first, last, _ in pieces for place in range(first + 1, last)}

    for position in set(range(len(text) + 1)) - inside:
        before = Places(text[:position], [piece for piece in pieces if piece[1] <= position])
        assert places.to_qt(position) == len(
            shown(text[:position], [piece for piece in pieces if piece[1] <= position])
        )
        assert before.to_qt(position) == places.to_qt(position)
        assert places.to_text(places.to_qt(position)) == position
    assert places.to_qt(len(text)) == len(units)


@given(texts_with_pieces())
def test_a_position_inside_a_piece_is_where_the_piece_begins(
    case: tuple[str, list[tuple[int, int, int]]],
) -> None:
    text, pieces = case
    places = Places(text, pieces)

    for first, last, count in pieces:
        assert {places.to_qt(position) for position in range(first, last)} == {places.to_qt(first)}
        assert places.to_qt(last) == places.to_qt(first) + count


@given(texts_with_pieces())
def test_a_character_or_a_piece_counts_when_a_part_of_it_does(
    case: tuple[str, list[tuple[int, int, int]]],
) -> None:
    text, pieces = case
    places, units = Places(text, pieces), shown(text, pieces)

    found = [places.to_text(unit) for unit in range(len(units) + 1)]
    assert found == sorted(found)
    assert found[-1] == len(text)
    for unit, position in enumerate(found):
        assert unit <= places.to_qt(position)
        assert not unit or found[unit - 1] == position or places.to_qt(found[unit - 1]) <= unit
