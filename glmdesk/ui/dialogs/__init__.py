"""Windows that ask something. They open without blocking and answer with signals."""
