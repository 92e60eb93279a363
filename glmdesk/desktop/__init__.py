"""The operating system around the program, without Qt: folders, keyring, log, environment, input method."""
