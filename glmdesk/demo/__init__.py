"""A simulated service inside the program: the same wire, no network, no key, no cost."""
