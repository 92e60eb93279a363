"""Tests of `glmdesk.ui.models`."""
