"""`override` as type checkers know it.

Below Python 3.12 the real one takes as long to import as all widgets of the window to make.
"""

TYPE_CHECKING = False  # type checkers know the name; importing it from `typing` would cost the time it saves
if TYPE_CHECKING:
    from typing_extensions import override

    __all__ = ["override"]
else:

    def override(method: object) -> object:
        """Return the method: what is said of it is for the type checkers."""
        return method
