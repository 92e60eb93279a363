"""The tools that come with the program. Each looks at something that is here, and changes nothing."""

from typing import Final

NAMES: Final = frozenset(
    {"calculator", "date_time", "convert_unit", "read_file", "query_table", "search_history"}
)
"""What models call them."""

OFF_AT_FIRST: Final = frozenset({"search_history"})
"""Names of tools that a menu has off until a person turns them on: they read what was said elsewhere, and the
service gets what they find."""
