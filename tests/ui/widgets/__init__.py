"""Tests of `glmdesk.ui.widgets`."""
