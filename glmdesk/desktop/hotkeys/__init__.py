"""Keys that are pressed in other programs: for each system a way to hear of these, and of no others."""
