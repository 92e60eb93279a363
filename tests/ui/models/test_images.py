"""What is known of images, and for how long."""

from glmdesk.ui.models.images import MAX_BYTES, Asking, Images, Loaded, Loading, Unloaded
from tests.ui.images import SRC, failed, loaded, web


def listening(images: Images) -> list[str]:
    """Return what is changed from now on."""
    heard: list[str] = []
    images.changed.connect(heard.append)
    return heard


def test_nobody_has_asked_for_an_image_at_first() -> None:
    assert Images().state(SRC) == Unloaded()


def test_another_state_is_told_once() -> None:
    images = Images()
    heard = listening(images)
    for state in (Loading(), Loading(), Loading(5, 10), Unloaded(), Unloaded()):
        images.put(SRC, state)

    assert heard == [SRC] * 3


def test_what_is_said_of_an_image() -> None:
    for state, words, action in (
        (Unloaded(), "", "Click to load"),
        (Loading(), "Loading…", "Stop"),
        (Loading(450, 1000), "Loading… 45 %", "Stop"),
        (Loading(2000, 1000), "Loading… 100 %", "Stop"),
        (Loading(2_000_000), "Loading… 1,953 KB", "Stop"),
        (failed(), "It was slow. Try again.", "Retry"),
        (failed(action=None), "It was slow. Try again.", "Open in browser"),
        (Asking("It is elsewhere.", "Go", web()), "It is elsewhere.", "Go"),
        (loaded(), "", ""),
    ):
        assert (state.words, state.action) == (words, action)


def test_those_that_were_not_seen_for_long_go_first() -> None:
    images = Images()
    one = loaded(760, 2000)
    count = MAX_BYTES // one.size_bytes
    sources = [f"{SRC}?{number}" for number in range(count)]
    for src in sources:
        images.put(src, one)
    images.note_seen(sources[0])
    heard = listening(images)
    images.put(SRC, one)

    assert heard == [SRC, sources[1]]
    assert images.state(sources[1]) == Unloaded()
    kept = [src for src in (*sources, SRC) if isinstance(images.state(src), Loaded)]
    assert kept == [sources[0], *sources[2:], SRC]


def test_one_that_is_too_large_for_all_stays_alone() -> None:
    images = Images()
    images.put("a", loaded())
    large = loaded(760, 2000)
    for number in range(MAX_BYTES // large.size_bytes + 5):
        images.put(str(number), large)
    images.put("b", failed())

    assert images.state("a") == Unloaded()
    assert images.state("b") == failed()


def test_all_are_forgotten_together() -> None:
    images = Images()
    images.put(SRC, loaded())
    images.put("https://a.b/c", Loading())
    heard = listening(images)
    images.clear()

    assert heard == [SRC, "https://a.b/c"]
    assert images.state(SRC) == Unloaded()
