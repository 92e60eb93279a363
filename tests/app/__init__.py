"""What is made once: the program's own way to its first paint, and the look in force."""
