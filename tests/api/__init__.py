"""The tests of `glmdesk.api`."""
