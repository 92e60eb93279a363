"""What was open while a text was written, and no longer is when it has ended."""

from dataclasses import replace

from glmdesk.render import blocks as b


def ended(blocks: b.Blocks) -> b.Blocks:
    """Return blocks to which nothing will be added: code without a closing fence ends with the text."""
    if not blocks:
        return blocks
    *before, last = blocks
    match last:
        case b.Code(closed=False):
            return (*before, replace(last, closed=True))
        case b.Quote(blocks=nested) | b.Footnote(blocks=nested):
            return (*before, replace(last, blocks=ended(nested)))
        case b.BulletList(items=items) | b.OrderedList(items=items):
            item = replace(items[-1], blocks=ended(items[-1].blocks))
            return (*before, replace(last, items=(*items[:-1], item)))
        case _:
            return blocks
