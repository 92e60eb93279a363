"""Tests of `glmdesk.ui.panes`."""
