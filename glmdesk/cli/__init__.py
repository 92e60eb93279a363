"""The command line: thin commands over the same parts as the window, without Qt."""
