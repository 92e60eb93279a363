"""Tests of `glmdesk.ui.widgets.boxes`."""
