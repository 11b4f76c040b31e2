"""Random numbers without randomness: derived from (execution seed, frame, draw), so that neither a crash nor the order
in which branches happen to run can change a value."""

from __future__ import annotations


def draw(seed: str, frame: str, number: int) -> bytes:
    """16 bytes for the ``number``-th draw of a frame."""
    from hashlib import blake2b  # loads OpenSSL, which most executions never need

    return blake2b(f"{seed}\n{frame}\n{number}".encode(), digest_size=16).digest()


def unit(raw: bytes) -> float:
    """A number in [0, 1) from a draw."""
    return (int.from_bytes(raw[:8], "big") >> 11) / (1 << 53)


def uuid4(raw: bytes) -> str:
    """A version-4 UUID from a draw."""
    value = int.from_bytes(raw, "big")
    value = value & ~(0xF << 76) | (0x4 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
