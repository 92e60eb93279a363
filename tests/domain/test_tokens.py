"""Tokens are estimated, and the estimate is learned from what a service counts.

`tokens.jsonl` holds texts of five kinds (chinese, english, code, json, mixed) and what three real
vocabularies make of them: that of Qwen (in dashscope 2.0.2), Tekken (in mistral-common 1.13.1) and RWKV's
World (pyrwkv-tokenizer 0.9.1). GLM's own is in no package.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmdesk.domain.tokens import (
    MESSAGE,
    NOTHING,
    UNLEARNED,
    Estimator,
    Features,
    estimate_tokens,
    features_of,
)
from tests.support.tokens import TOKENS_PER_MESSAGE, count_tokens

TURNS: Final = 10
CLOSE: Final = 0.05
NEAR: Final = 0.08
VOCABULARIES: Final = ("qwen", "tekken", "rwkv", "loopback service")
KINDS: Final = ("chinese", "english", "code", "json", "mixed")


@dataclass(frozen=True, slots=True)
class Sample:
    kind: str
    text: str
    counts: dict[str, int]

    def tokens(self, vocabulary: str) -> int:
        return self.counts.get(vocabulary) or count_tokens(self.text)


def read_samples() -> Iterator[Sample]:
    lines = Path(__file__).with_name("tokens.jsonl").read_text("utf-8").splitlines()
    for line in map(json.loads, lines):
        yield Sample(line["kind"], line["text"], line["tokens"])


SAMPLES: Final = tuple(read_samples())


def conversation() -> list[Sample]:
    """Return the samples so that kinds take turns, as somebody asks who does all sorts of things."""
    # Neighbours in the file are from the same source.
    mixed = (*SAMPLES[::3], *SAMPLES[1::3], *SAMPLES[2::3])
    kinds = [[sample for sample in mixed if sample.kind == kind] for kind in KINDS]
    return [sample for row in zip_longest(*kinds) for sample in row if sample is not None]


def talk(vocabulary: str, samples: Sequence[Sample], tell: Callable[[float], None]) -> Estimator:
    """Hold a conversation of which question and answer take turns; tell how wrong each estimate was."""
    estimator, said, tokens = UNLEARNED, NOTHING, 0
    for question, answer in zip(samples[::2], samples[1::2], strict=True):
        said += features_of(question.text) + MESSAGE
        tokens += question.tokens(vocabulary) + TOKENS_PER_MESSAGE
        tell(estimator.estimate(said) / tokens - 1)
        estimator = estimator.learned(said, tokens)
        estimator = estimator.learned(features_of(answer.text), answer.tokens(vocabulary))
        said += features_of(answer.text) + MESSAGE
        tokens += answer.tokens(vocabulary) + TOKENS_PER_MESSAGE
    return estimator


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_after_ten_turns_the_corpus_is_estimated_within_five_percent(vocabulary: str) -> None:
    estimator = talk(vocabulary, conversation()[: 2 * TURNS], lambda _error: None)
    for kind in (*KINDS, ""):
        texts = [sample for sample in SAMPLES if kind in ("", sample.kind)]
        counted = sum(sample.tokens(vocabulary) for sample in texts)
        estimated = sum(estimator.estimate(features_of(sample.text)) for sample in texts)
        # One kind alone may be a little further off: prose and labels are both Chinese.
        assert estimated == pytest.approx(counted, rel=NEAR if kind else CLOSE), kind


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_each_prompt_after_the_tenth_turn_is_estimated_within_five_percent(vocabulary: str) -> None:
    errors: list[float] = []
    talk(vocabulary, conversation()[: len(SAMPLES) // 2 * 2], errors.append)

    assert len(errors) > 2 * TURNS - 1
    assert max(map(abs, errors[TURNS:])) < CLOSE


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_before_anything_is_learned_the_estimate_is_of_the_right_size(vocabulary: str) -> None:
    counted = sum(sample.tokens(vocabulary) for sample in SAMPLES)
    estimated = sum(estimate_tokens(sample.text) for sample in SAMPLES)

    assert estimated == pytest.approx(counted, rel=0.2)


def test_what_cannot_have_been_counted_of_the_text_alone_teaches_nothing() -> None:
    said = features_of("A question about the weather in Hangzhou tomorrow. " * 20)
    tokens = UNLEARNED.estimate(said)

    assert UNLEARNED.learned(said, 4 * tokens) is UNLEARNED
    assert UNLEARNED.learned(said, tokens // 4) is UNLEARNED
    assert UNLEARNED.learned(features_of("Hi"), 1) is UNLEARNED
    assert UNLEARNED.learned(said, tokens + 20).answers == 1


def test_no_texts_are_no_tokens() -> None:
    assert features_of("") == NOTHING
    assert estimate_tokens("") == 0
    assert UNLEARNED.estimate(NOTHING) == 0


@given(st.text(), st.text())
def test_features_of_lines_add_up(first: str, second: str) -> None:
    together = features_of(f"{first}\n{second}")
    assert together == features_of(first) + features_of("\n") + features_of(second)
    assert together - features_of(second) - features_of("\n") == features_of(first)


@given(st.lists(st.tuples(st.text(min_size=1, max_size=400), st.integers(1, 4000)), max_size=12))
def test_whatever_is_learned_no_estimate_is_negative_and_longer_texts_are_not_fewer_tokens(
    lessons: list[tuple[str, int]],
) -> None:
    estimator = UNLEARNED
    for text, tokens in lessons:
        estimator = estimator.learned(features_of(text * 20), tokens)
    said = features_of("".join(text for text, _ in lessons))

    assert 0 <= estimator.estimate(said) <= estimator.estimate(said + said)
    assert all(weight >= 0 for weight in estimator.weights)
    assert isinstance(said, Features)
