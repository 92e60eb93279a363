"""Values and the rules about them: no input or output, no event loop, no logging."""
