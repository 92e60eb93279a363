"""The composition root of the window: makes every part once, wires them, and closes them in reverse order."""
