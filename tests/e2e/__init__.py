"""The real program on a desktop of its own, with the real service on loopback, seen from outside."""
