"""Which block of code, or table, of a message one is."""

from glmdesk.render.markdown import parse
from glmdesk.render.panels import PanelNumbers
from glmdesk.render.runs import flat_text

TEXT = """```
one
```

| a |
| - |

- first
  ```
  two
  ```
- second

  > | b |
  > | - |

  ```
  three
  ```

```
four
```
"""


def test_code_and_tables_are_counted_apart_however_deep_they_are() -> None:
    blocks = parse(TEXT)
    flat = flat_text(blocks[2])
    number_of = PanelNumbers(blocks).number_of

    assert number_of(0, 0) == 1
    assert number_of(1, 0) == 1
    assert number_of(2, flat.index("two")) == 2
    assert number_of(2, flat.index("b")) == 2
    assert number_of(2, flat.index("three")) == 3
    assert number_of(3, 0) == 4
