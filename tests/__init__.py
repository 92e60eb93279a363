"""The tests of glmdesk: one folder per package, `support` is what they share."""
