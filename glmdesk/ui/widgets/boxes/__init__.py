"""What the blocks of a message are laid out as. Only boxes near the window have a layout."""
