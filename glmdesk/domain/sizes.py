"""Sizes in tokens as they are read. It imports nothing: the first paint needs it."""

_K = 1024
_M = _K * _K


def size_of(tokens: int) -> str:
    """Return a size in thousands or millions, as models name theirs."""
    return f"{tokens // _K}K" if tokens < _M else f"{tokens / _M:.1f}".removesuffix(".0") + "M"
