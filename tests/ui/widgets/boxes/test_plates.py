"""Images in lines of text: what stands in their place, how large they are, and what is painted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from glmdesk.render.inlines import parse_inlines
from glmdesk.render.markdown import parse
from glmdesk.render.runs import runs
from glmdesk.ui import theme
from glmdesk.ui.models.formulas import Formulas
from glmdesk.ui.models.images import Images, Loading
from glmdesk.ui.widgets.boxes.box import Box
from glmdesk.ui.widgets.boxes.containers import make_box
from glmdesk.ui.widgets.boxes.kept import Kept
from glmdesk.ui.widgets.boxes.plates import Chip, Plate, Print
from glmdesk.ui.widgets.boxes.text_box import TextBox
from glmdesk.ui.widgets.boxes.voices import Voices
from tests.ui.furnished import style_of, voices_of
from tests.ui.images import BLUE, SRC, failed, loaded
from tests.ui.widgets.boxes.drawing import drawn, laid_out

IMAGE = f"![A cat]({SRC})"


@pytest.fixture
def images() -> Images:
    return Images()


@pytest.fixture
def voices(dressed: object, images: Images) -> Voices:
    return voices_of(style_of(), Formulas(), images)


def box_of(voices: Voices, text: str) -> TextBox:
    return TextBox(runs(parse_inlines(text)), voices.text)


def block_of(voices: Voices, markdown: str) -> Box:
    (block,) = parse(markdown)
    return make_box(block, voices, Kept())


def plates_of(box: TextBox, width: int = 600) -> list[Plate]:
    laid_out(box, width)
    return [spot.figure for spot in box.lines.spots if isinstance(spot.figure, Chip | Print)]


def read(chip: Plate) -> str:
    """Return the words of a chip, without what keeps scripts apart and words together."""
    assert isinstance(chip, Chip)
    plain = chip.layout.text().translate({0x2068: None, 0x2069: None, 0x2060: None, 0xA0: " "})
    return plain.replace("  ·  ", " · ")


def pixels(image: QImage, colour: str) -> list[tuple[int, int]]:
    """Return where an image has a colour."""
    wanted, size = QColor(colour).rgb(), image.size()
    return [(x, y) for x in range(size.width()) for y in range(size.height()) if image.pixel(x, y) == wanted]


class TestWhatStandsInItsPlace:
    def test_it_says_what_is_shown_where_it_is_from_and_what_a_click_does(self, voices: Voices) -> None:
        (chip,) = plates_of(box_of(voices, f"See {IMAGE} there."))

        assert read(chip) == "A cat · from img.example.org · Click to load"

    def test_what_is_not_described_is_an_image(self, voices: Voices) -> None:
        (chip,) = plates_of(box_of(voices, f"![ ]({SRC})"))

        assert read(chip).startswith("Image · ")

    def test_it_says_how_it_is(self, voices: Voices, images: Images) -> None:
        images.put(SRC, Loading(1, 2))
        (chip,) = plates_of(box_of(voices, IMAGE))
        assert read(chip) == "A cat · from img.example.org · Loading… 50 % · Stop"
        images.put(SRC, failed())
        (chip,) = plates_of(box_of(voices, IMAGE))
        assert read(chip) == "A cat · from img.example.org · It was slow. Try again. · Retry"

    @pytest.mark.parametrize(
        ("src", "host"),
        [
            ("https://EXAMPLE.org:443/a", "example.org"),
            ("https://example.org:8443/a", "example.org:8443"),
            ("https://trusted.org@evil.example/a", "evil.example"),
            ("https://例子.中国/a", "例子.中国 (xn--fsqu00a.xn--fiqs8s)"),
            ("https://аррӏе.com/a", "xn--80ak6aa92e.com (аррӏе.com)"),
            ("https://[2001:db8::1]/a", "[2001:db8::1]"),
            ("https://" + "a." * 100 + "example.org/x", "a." * 100 + "example.org"),
        ],
    )
    def test_the_whole_host_is_named(self, voices: Voices, src: str, host: str) -> None:
        (chip,) = plates_of(box_of(voices, f"![x]({src})"), 200)

        assert read(chip) == f"x · from {host} · Click to load"

    def test_the_description_cannot_change_how_the_host_is_read(self, voices: Voices) -> None:
        (chip,) = plates_of(box_of(voices, f"![a\u202eb\u2066c\u200bd שלום]({SRC})"))
        assert isinstance(chip, Chip)
        text = chip.layout.text()

        assert text.startswith("\u2068abcd שלום\u2069\xa0\xa0·  from\u00a0img.example.org")

    def test_a_long_description_does_not_hide_the_rest(self, voices: Voices) -> None:
        (chip,) = plates_of(box_of(voices, f"![{'long ' * 500}]({SRC})"))

        assert len(read(chip)) < 140
        assert read(chip).endswith(" · from img.example.org · Click to load")

    @pytest.mark.parametrize("width", [60, 100, 200, 300, 600])
    def test_it_fits_into_its_column(self, voices: Voices, width: int) -> None:
        (chip,) = plates_of(box_of(voices, f"![{'word ' * 20}]({SRC})"), width)
        assert isinstance(chip, Chip)

        assert chip.width <= max(width, 60)
        assert chip.above + chip.below > 20

    @given(st.text(max_size=40), st.integers(20, 800))
    def test_no_description_is_too_much(self, description: str, width: int) -> None:
        voices = voices_of(style_of(), Formulas())
        escaped = description.replace("\\", "").replace("[", "").replace("]", "")
        box = box_of(voices, f"![{escaped}]({SRC})")

        laid_out(box, width)
        assert box.height > 0

    @pytest.mark.parametrize("width", range(120, 400, 7))
    def test_what_a_click_does_stays_on_one_line(self, voices: Voices, width: int) -> None:
        (chip,) = plates_of(box_of(voices, f"![标志]({SRC})"), width)
        assert isinstance(chip, Chip)
        text, number = chip.layout.text(), chip.layout.lineCount() - 1
        last = text[chip.layout.lineAt(number).textStart() :].replace("\u2060", "").replace("\xa0", " ")

        assert last.endswith("Click to load")

    def test_it_keeps_the_baseline_of_the_letters(self, voices: Voices) -> None:
        text = laid_out(box_of(voices, "See it"))
        box = box_of(voices, f"See {IMAGE}")
        laid_out(box)
        (spot,) = box.lines.spots

        assert box.lines.baseline == spot.point.y()
        assert isinstance(text, TextBox)
        assert box.lines.baseline >= text.lines.baseline

    @pytest.mark.parametrize("look", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
    def test_it_is_painted_in_the_colours_of_the_theme(self, images: Images, look: theme.Theme) -> None:
        box = box_of(voices_of(style_of(look), Formulas(), images), IMAGE)

        assert pixels(drawn(box), look.code_background)


class TestAnImage:
    def test_it_is_never_enlarged(self, voices: Voices, images: Images) -> None:
        images.put(SRC, loaded(100, 20))
        (shown,) = plates_of(box_of(voices, IMAGE))

        assert isinstance(shown, Print)
        assert shown.width == 100
        assert shown.stands_alone is False

    @pytest.mark.parametrize("width", [50, 300, 600])
    def test_it_is_made_as_small_as_its_column(self, voices: Voices, images: Images, width: int) -> None:
        images.put(SRC, loaded(2000, 1000))
        box = box_of(voices, IMAGE)
        (shown,) = plates_of(box, width)

        assert shown.width == width
        assert box.height == pytest.approx(width / 2, abs=16)

    def test_each_of_its_pixels_is_one_of_the_screen(self, voices: Voices, images: Images) -> None:
        images.put(SRC, loaded(100, 50))
        found = pixels(drawn(box_of(voices, f"See {IMAGE}")), BLUE)

        assert len(found) == 100 * 50

    def test_twice_as_many_are_used_where_there_are_twice_as_many(
        self, voices: Voices, images: Images
    ) -> None:
        images.put(SRC, loaded(600, 200))
        box = box_of(voices, IMAGE)
        laid_out(box, 300)
        image = QImage(600, 2 * box.height, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(2)
        image.fill(QColor("#ffffff"))
        painter = QPainter(image)
        box.paint(painter, QRectF(0, 0, 300, box.height), None)
        painter.end()

        assert len(pixels(image, BLUE)) == 600 * 200

    def test_what_is_seen_through_stands_on_paper(self, images: Images) -> None:
        images.put(SRC, loaded(100, 50, "#00000000"))
        box = box_of(voices_of(style_of(theme.DARK), Formulas(), images), IMAGE)
        image = QImage(600, 100, QImage.Format.Format_RGB32)
        image.fill(QColor(theme.DARK.page))
        laid_out(box)
        painter = QPainter(image)
        box.paint(painter, QRectF(image.rect()), None)
        painter.end()

        assert len(pixels(image, "#ffffff")) == 100 * 50

    def test_it_is_seen_to_be_selected(self, voices: Voices, images: Images) -> None:
        images.put(SRC, loaded(100, 50))
        box = box_of(voices, IMAGE)

        assert pixels(drawn(box, marked=(0, box.length)), BLUE) == []

    def test_a_small_one_stands_beside_the_letters(self, voices: Voices, images: Images) -> None:
        images.put(SRC, loaded(20, 20))
        box = box_of(voices, f"See {IMAGE} there.")
        laid_out(box)

        assert box.lines.layout.lineCount() == 1

    @pytest.mark.parametrize(
        ("text", "lines"),
        [
            (f"{IMAGE}", [IMAGE]),
            (f"See {IMAGE} there.", ["See ", IMAGE + " ", "there."]),
            (f"See\n{IMAGE}\nthere.", ["See\n", IMAGE + "\n", "there."]),
            (f"{IMAGE}{IMAGE}", [IMAGE, IMAGE]),
            (f"{IMAGE} {IMAGE}", [IMAGE + " ", IMAGE]),
            (f"{IMAGE}\\\n{IMAGE}!", [IMAGE + "\n", IMAGE, "!"]),
            (f"See {IMAGE}.", ["See ", IMAGE, "."]),
            (f"你好{IMAGE}再见", ["你好", IMAGE, "再见"]),
            (f"{IMAGE} a", [IMAGE + " ", "a"]),
        ],
    )
    def test_a_large_one_has_a_line_of_its_own(
        self, voices: Voices, images: Images, text: str, lines: list[str]
    ) -> None:
        images.put(SRC, loaded(200, 100))
        box = box_of(voices, text)
        laid_out(box)
        layout = box.lines.layout
        shown = layout.text().replace("\u2028", "\n")
        found = [layout.lineAt(number) for number in range(layout.lineCount())]

        assert [shown[line.textStart() : line.textStart() + line.textLength()] for line in found] == [
            line.replace(IMAGE, "i") for line in lines
        ]
        for spot in box.lines.spots:
            assert spot.point.x() == 0

    def test_what_stands_beside_it_in_a_table_stands_at_the_top(self, voices: Voices, images: Images) -> None:
        markdown = f"| a | b |\n| - | - |\n| {IMAGE} | text |"
        images.put(SRC, loaded(200, 100))
        table = laid_out(block_of(voices, markdown))
        top, _height = table.line_at(len("a\tb\n") + len("[Image: A cat, from img.example.org]\t"))

        assert top < 50
        assert table.height > 140

    def test_a_whole_screen_of_it_is_high_enough(self, voices: Voices, images: Images) -> None:
        images.put(SRC, loaded(20, 12_000))
        box = box_of(voices, IMAGE)
        laid_out(box)

        assert 8000 < box.height < 8300


class TestPositions:
    @pytest.mark.parametrize("is_loaded", [False, True])
    def test_an_image_is_selected_as_a_whole(
        self, voices: Voices, images: Images, *, is_loaded: bool
    ) -> None:
        if is_loaded:
            images.put(SRC, loaded(60, 20))
        box = box_of(voices, f"See {IMAGE} there.")
        laid_out(box)
        (spot,) = box.lines.spots
        middle = spot.figure.at(spot.point).center()
        start, end = 4, 4 + len("[Image: A cat, from img.example.org]")

        assert box.position_at(middle - QPointF(20, 0)) == start
        assert box.position_at(middle + QPointF(20, 0)) == end
        assert {box.position_at(QPointF(x, middle.y())) for x in range(600)} & set(
            range(start + 1, end)
        ) == set()

    @pytest.mark.parametrize("is_loaded", [False, True])
    def test_its_area_is_where_it_is_painted(
        self, voices: Voices, images: Images, *, is_loaded: bool
    ) -> None:
        if is_loaded:
            images.put(SRC, loaded(200, 100))
        box = box_of(voices, f"See {IMAGE} there.")
        laid_out(box)
        (spot,) = box.lines.spots
        (area,) = box.areas(4, 4 + len("[Image: A cat, from img.example.org]"))

        assert area.contains(spot.figure.at(spot.point).adjusted(1, 0, -1, 0))
        assert area.width() == pytest.approx(spot.figure.width, abs=1)

    @pytest.mark.parametrize("is_loaded", [False, True])
    def test_what_is_found_in_it_is_all_of_it(
        self, voices: Voices, images: Images, *, is_loaded: bool
    ) -> None:
        if is_loaded:
            images.put(SRC, loaded(60, 20))
        box = box_of(voices, f"See {IMAGE} there.")
        laid_out(box)
        end = 4 + len("[Image: A cat, from img.example.org]")
        whole = box.areas(4, end)

        assert box.areas(12, 17) == whole
        assert box.areas(4, 5) == box.areas(end - 1, end) == whole
        assert box.areas(12, 12)[0].width() == 0


class TestChanges:
    def test_another_state_makes_the_height_a_guess_again(self, voices: Voices, images: Images) -> None:
        box = box_of(voices, f"See {IMAGE} there.")
        laid_out(box)
        before = box.height
        assert not box.take_in_drawings()
        images.put(SRC, loaded(200, 100))
        assert box.take_in_drawings()
        laid_out(box)
        assert box.height > before + 90
        images.put(SRC, failed())
        assert box.take_in_drawings()
        laid_out(box)
        assert not box.take_in_drawings()
        assert box.height < before + 60

    def test_other_images_change_nothing(self, voices: Voices, images: Images) -> None:
        box = box_of(voices, f"See {IMAGE} there.")
        laid_out(box)
        images.put("https://example.org/other.png", loaded())

        assert not box.take_in_drawings()
