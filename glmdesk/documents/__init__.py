"""Documents as texts: what a model reads of a file that is none."""
