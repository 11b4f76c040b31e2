"""The pure kernel: no I/O, no clock, no threads, no randomness of its own, nothing but the standard library.

``core`` steps explicit frames and answers with events (what happened) and commands (what the outside must do).
"""
