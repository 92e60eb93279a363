"""The window: widgets on the offscreen platform, controllers on the real event loop."""
