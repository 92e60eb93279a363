"""Tests of `glmdesk.ui.dialogs`."""
