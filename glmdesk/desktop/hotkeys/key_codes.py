"""What each system calls the keys of a shortcut."""

from typing import Final

from glmdesk.domain.global_shortcut import DIGITS, FUNCTION_KEYS, LETTERS, SPACE

_F1_KEYSYM: Final = 0xFFBE
_F1_VIRTUAL: Final = 0x70
"""XK_F1 of <X11/keysymdef.h> and VK_F1 of <winuser.h>; those of the others follow."""

KEYSYMS: Final = {
    **{letter: ord(letter.lower()) for letter in LETTERS},
    **{digit: ord(digit) for digit in DIGITS},
    SPACE: ord(" "),
    **{key: _F1_KEYSYM + number for number, key in enumerate(FUNCTION_KEYS)},
}
"""Of X11: those of Latin letters are their characters."""

_US_ROWS: Final = ((10, "1234567890"), (24, "QWERTYUIOP"), (38, "ASDFGHJKL"), (52, "ZXCVBNM"))
US_KEYCODES: Final = {
    **{key: first + number for first, row in _US_ROWS for number, key in enumerate(row)},
    **{key: 191 + number for number, key in enumerate(FUNCTION_KEYS[12:])},
}
"""Of X11 on Linux, on a keyboard of the USA: for those without Latin letters, or without the last keys."""

VIRTUAL_KEYS: Final = {
    **{key: ord(key) for key in LETTERS + DIGITS},
    SPACE: ord(" "),
    **{key: _F1_VIRTUAL + number for number, key in enumerate(FUNCTION_KEYS)},
}
"""Of Windows: they follow the layout."""

_MAC_PLACES: Final = {
    0: "ASDFHGZXCV",
    11: "BQWERYT",
    18: "123465",
    25: "9",
    26: "7",
    28: "8",
    29: "0",
    31: "O",
    32: "U",
    34: "IP",
    37: "LJ",
    40: "K",
    45: "NM",
}
# fmt: off
_MAC_FUNCTIONS: Final = (
    122, 120, 99, 118, 96, 97, 98, 100, 101, 109, 103, 111, 105, 107, 113, 106, 64, 79, 80, 90,
)
# fmt: on
MAC_KEYCODES: Final = {
    **{key: first + number for first, keys in _MAC_PLACES.items() for number, key in enumerate(keys)},
    SPACE: 49,
    **dict(zip(FUNCTION_KEYS, _MAC_FUNCTIONS, strict=True)),
}
"""Of macOS, from <HIToolbox/Events.h>: places on a keyboard of the USA, whatever the layout."""
