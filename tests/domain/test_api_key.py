import pytest

from glmdesk.domain.api_key import parse_api_key
from glmdesk.domain.errors import Action, KeyProblem

HOST = "open.bigmodel.cn"
KEY = "0123456789abcdef0123456789abcdef.AbCdEfGhIjKlMn01"


@pytest.mark.parametrize(
    "pasted",
    [
        KEY,
        f"  {KEY}\r\n",
        f'"{KEY}"',
        f"'{KEY}',",
        f"“{KEY}”",
        f"`{KEY}`",
        f"Bearer {KEY}",
        f"bearer\t{KEY}\n",
        f"Authorization: Bearer {KEY}",
        f'"Authorization: Bearer {KEY}"',
        f"\ufeff{KEY}\u200b",
    ],
)
def test_a_key_is_freed_from_what_is_pasted_around_it(pasted: str) -> None:
    assert parse_api_key(pasted, HOST) == KEY


@pytest.mark.parametrize(
    ("pasted", "code"),
    [
        ("", "key-empty"),
        (" \n ", "key-empty"),
        ('""', "key-empty"),
        ("Bearer ", "key-empty"),
        ("two words", "key-characters"),
        (f"{KEY[:20]}\n{KEY[20:]}", "key-characters"),
        (f"{KEY}\x00", "key-characters"),
        ("我的密钥.abc", "key-characters"),
        ("no-dot-at-all", "key-shape"),
        ("one.two.three", "key-shape"),
        (".secret", "key-shape"),
        ("id.", "key-shape"),
    ],
)
def test_what_cannot_be_a_key_is_refused_without_repeating_it(pasted: str, code: str) -> None:
    with pytest.raises(KeyProblem) as raised:
        parse_api_key(pasted, HOST)

    assert raised.value.problem.code == code
    assert raised.value.problem.action is Action.ENTER_KEY
    assert not pasted.strip('" \n') or pasted.strip() not in str(raised.value)


@pytest.mark.parametrize("host", ["open.bigmodel.cn", "bigmodel.cn", "api.z.ai"])
def test_keys_of_bigmodel_have_one_dot(host: str) -> None:
    with pytest.raises(KeyProblem):
        parse_api_key("sk-abcdef", host)


@pytest.mark.parametrize("host", ["localhost", "api.example.com", "notbigmodel.cn"])
def test_keys_of_other_services_have_any_shape(host: str) -> None:
    assert parse_api_key("sk-abcdef", host) == "sk-abcdef"
