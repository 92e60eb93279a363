"""The BigModel v4 service: bytes on the wire to and from domain values."""
