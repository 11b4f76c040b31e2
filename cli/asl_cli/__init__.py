"""The ``asl`` command: one module per command, registered lazily by ``main``."""
