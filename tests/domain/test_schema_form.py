"""A JSON Schema as a form."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmdesk.chat.json_schema import faults_in, faults_of_schema
from glmdesk.domain.schema_form import Field, Form, Kind, form_of

NAMES = st.text(min_size=1, max_size=6)
SIMPLE = [kind for kind in Kind if kind not in (Kind.OBJECT, Kind.CHOICE)]


def fields(*, deep: bool) -> st.SearchStrategy[tuple[Field, ...]]:
    plain = st.builds(
        Field, NAMES, st.sampled_from(SIMPLE), st.booleans(), st.booleans(), st.text(max_size=5)
    )
    choice = st.builds(
        Field,
        NAMES,
        st.just(Kind.CHOICE),
        st.booleans(),
        st.booleans(),
        choices=st.lists(NAMES, min_size=1, max_size=3, unique=True).map(tuple),
    )
    kinds = plain | choice
    if deep:
        kinds |= st.builds(
            Field, NAMES, st.just(Kind.OBJECT), st.booleans(), st.booleans(), fields=fields(deep=False)
        )
    return st.lists(kinds, max_size=4, unique_by=lambda one: one.name).map(tuple)


@given(st.builds(Form, fields(deep=True), st.booleans()))
def test_a_form_is_a_schema_and_is_found_in_it_again(form: Form) -> None:
    assert faults_of_schema(form.schema) == ()
    assert form_of(form.schema) == form


def test_the_schema_asks_for_what_the_form_says() -> None:
    form = Form(
        (
            Field("名称"),
            Field("等级", Kind.CHOICE, choices=("高", "低"), is_required=False),
            Field("标签", is_list=True, is_required=False),
            Field("地址", Kind.OBJECT, fields=(Field("邮编", Kind.WHOLE),), is_required=False),
        ),
        is_list=True,
    )
    good = {"items": [{"名称": "茶", "等级": "高", "标签": ["a"], "地址": {"邮编": 100}}]}

    assert faults_in(json.dumps(good), form.schema) == ()
    bad: object
    for bad in (
        {"items": [{"等级": "高"}]},
        {"items": [{"名称": "茶", "等级": "中"}]},
        {"items": [{"名称": "茶", "价格": 1}]},
        {"items": [{"名称": "茶", "地址": {"邮编": 1.5}}]},
        [],
    ):
        assert faults_in(json.dumps(bad), form.schema), bad


@pytest.mark.parametrize(
    "schema",
    [
        "",
        "{",
        "{}",
        '{"type":"array","items":{"type":"string"}}',
        '{"type":"object","properties":{"a":{"type":"string","pattern":"x"}},"required":[],"additionalProperties":false}',
    ],
)
def test_a_schema_that_says_more_than_a_form_is_left_as_it_is(schema: str) -> None:
    assert form_of(schema) is None
