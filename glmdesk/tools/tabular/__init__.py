"""Tables in texts as they were meant: where they begin, what names their columns, what is a number.

No library that does this knows how numbers are written in Chinese, and those that come near bring pandas.
"""
