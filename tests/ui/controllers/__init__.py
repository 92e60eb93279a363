"""Tests of `glmdesk.ui.controllers`."""
