"""The card of a model: everything that is known of it, and nothing else."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QLabel, QWidget

from glmdesk.domain.catalog import Catalog, Offer
from glmdesk.domain.model import Model
from glmdesk.domain.tier import Tier
from glmdesk.i18n import set_language
from glmdesk.ui.dialogs.model_card import ModelCard
from tests.ui.conftest import RESOURCES

Opener = Callable[..., ModelCard]


@pytest.fixture
def opened(offer: Offer) -> Iterator[Opener]:
    parent = QWidget()

    def open_card(
        model: str | Model, *, service: Offer = offer, tier: Tier = "V0", language: str = "en"
    ) -> ModelCard:
        shown = service.described(model) if isinstance(model, str) else model
        successor = service.successor(shown.id)
        card = ModelCard(
            shown,
            parent,
            language=language,
            tier=tier,
            host=service.host,
            successor=successor.title if successor else "",
        )
        card.open()
        return card

    yield open_card
    parent.close()
    parent.deleteLater()


def test_a_card_has_everything_that_is_known(opened: Opener) -> None:
    assert opened("glm-4-plus").facts == [
        "Legacy",
        "Reads: 128K (131,072 tokens)",
        "Writes at most: 4K (4,096 tokens)",
        "Price: ¥5 in, ¥5 out, ¥2.5 cached; per million tokens",
        "At once: 50 questions in tier V0 (V1 100, V2 300, V3 500)",
        "Thinks: no",
        "Supports: Tools, Web search, Knowledge bases, JSON answers, MCP servers asked by the service, "
        "Context cache",
        "Offered by: open.bigmodel.cn",
        "Successor: GLM-5.3",
    ]


@pytest.mark.parametrize(
    ("tier", "words"),
    [
        ("V0", "At once: 5 questions in tier V0 (V1 30, V2 40, V3 50)"),
        ("V2", "At once: 40 questions in tier V2 (V0 5, V1 30, V3 50)"),
    ],
)
def test_how_much_may_be_asked_at_once_is_that_of_the_tier(opened: Opener, tier: Tier, words: str) -> None:
    assert words in opened("glm-4-airx", tier=tier).facts


def test_without_a_cache_no_price_is_said_for_it(opened: Opener) -> None:
    card = opened("glm-4-airx")

    assert "Price: ¥10 in, ¥10 out; per million tokens" in card.facts
    assert not [fact for fact in card.facts if "ache" in fact]


def test_prices_in_steps_are_a_table(opened: Opener) -> None:
    facts = opened("glm-4.7").facts

    assert [fact for fact in facts if "¥" in fact] == [
        "under 32K read and 200 written, Input: ¥2",
        "under 32K read and 200 written, Output: ¥8",
        "under 32K read and 200 written, Cached: ¥0.4",
        "under 32K read, Input: ¥3",
        "under 32K read, Output: ¥14",
        "under 32K read, Cached: ¥0.6",
        "all others, Input: ¥4",
        "all others, Output: ¥16",
        "all others, Cached: ¥0.8",
    ]


def test_how_a_model_thinks_is_said(opened: Opener) -> None:
    facts = opened("glm-5.2").facts

    assert "Thinks: yes; can be switched off" in facts
    assert next(fact for fact in facts if fact.startswith("Effort")).split(" · ") == [
        "Effort: none, minimal, low, medium, high, xhigh, max",
        "max if nothing is said",
        "minimal: the same as none",
        "low, medium: the same as high",
        "xhigh: the same as max",
    ]


def test_a_price_is_in_what_the_service_bills(opened: Opener, catalog: Catalog) -> None:
    abroad = catalog.at("api.z.ai")

    assert (
        "Price: $1.4 in, $4.4 out, $0.26 cached; per million tokens"
        in opened("glm-5.3", service=abroad).facts
    )
    assert "Price: price not known" in opened("glm-4.6v", service=abroad).facts
    assert "Price: free" in opened("glm-4.7-flash", service=abroad).facts


def test_a_model_that_nobody_knows_has_a_card_too(opened: Opener) -> None:
    assert opened("named-by-a-user").facts == [
        "Price: price not known",
        "Offered by: open.bigmodel.cn",
    ]


def test_it_is_in_the_language_of_the_window(opened: Opener) -> None:
    set_language("zh-CN", RESOURCES / "locale")
    try:
        card = opened("glm-4-flash-250414", language="zh-CN")
    finally:
        set_language("en", RESOURCES / "locale")

    assert "适合日常使用" in [label.text() for label in card.findChildren(QLabel)]
    assert "价格：免费" in card.facts
    assert "并发：V0 等级可同时进行 200 个请求（V1 1,000、V2 2,000、V3 3,000）" in card.facts


def test_what_a_user_has_written_is_shown_as_text(opened: Opener) -> None:
    evil = Model("evil", "<b>Evil</b>", positioning={"en": "<img src='file:///etc/passwd'>"})

    texts = [label for label in opened(evil).findChildren(QLabel) if "<" in label.text()]

    assert len(texts) == 2
    assert all(label.textFormat().name == "PlainText" for label in texts)
