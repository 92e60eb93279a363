"""The first page of a database, which says how to read all the others.

What matters of its header is the same in every database of ours, and its schema is that of a new one unless
it has been migrated. So a damaged first page need not cost the rest.
Source: https://www.sqlite.org/fileformat2.html#the_database_header
"""

from pathlib import Path

from glmdesk.storage.files import LOG, beside, has_log

PAGE_SIZE = 4096

_HEADER = (
    b"SQLite format 3\0"
    + PAGE_SIZE.to_bytes(2)
    + b"\2\2"  # a log is written and read
    + b"\0\x40\x20\x20"  # no reserved bytes, and three values that never vary
    + bytes(20)  # the number of pages is told by the size of the file, and no page is taken for free
    + b"\0\0\0\4"  # format of the schema
    + bytes(8)
    + b"\0\0\0\1"  # UTF-8
    + bytes(40)
)


def copy_with_new_header(damaged: Path, copy: Path, schema: bytes = b"") -> None:
    """Copy a database and its log, with a new header and perhaps with the schema on the page of another."""
    import shutil  # noqa: PLC0415 - brings every compressor of the library, for what hardly ever happens

    shutil.copyfile(damaged, copy)
    if has_log(damaged):
        shutil.copyfile(beside(damaged, LOG), beside(copy, LOG))
    with copy.open("r+b") as file:
        file.write(_HEADER + schema[len(_HEADER) : PAGE_SIZE])
