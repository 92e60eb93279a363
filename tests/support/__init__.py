"""A service on loopback that answers as BigModel v4 does, and what tests need around it."""
