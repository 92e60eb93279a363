"""The tests of `glmdesk.domain`, and of the language below it."""
