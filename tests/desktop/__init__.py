"""The tests of glmdesk.desktop, with the real keyring, log files, processes and input method."""
