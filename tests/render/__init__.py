"""Markdown as values. `commonmark/` holds the CommonMark specification, whose examples are run."""
