"""Markdown as values: text to blocks, while it streams and afterwards, and blocks to what a person copies.

Pure: no Qt, no input or output, nothing of a message is ever fetched, opened or run.
"""
