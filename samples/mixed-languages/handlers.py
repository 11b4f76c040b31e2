"""Warnings go nowhere; each has a number."""

from itertools import count

NUMBERS = count(1)


def send_warning(message):
    assert "degrees" in message["text"]
    return {"id": f"warning-{next(NUMBERS)}", "channel": "mail"}
