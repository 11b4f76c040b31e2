"""An image service that looks at names only."""

LABELS = {
    "beach": [("sea", 99), ("sand", 91), ("camel", 12)],
    "dog": [("dog", 98), ("grass", 85), ("wolf", 40)],
    "sunset": [("sky", 97), ("sea", 88)],
}


class NotAnImage(Exception):
    """The file is something else."""


def make_thumbnail(image, context):
    name, _, kind = image["key"].rpartition(".")
    if kind not in {"jpg", "png"}:
        raise NotAnImage(image["key"])
    context.sleep(2)
    return {"key": f"{name}-{image['width']}.{kind}"}


def detect_labels(image, context):
    context.sleep(5)
    subject = image["key"].rpartition("/")[2].partition(".")[0]
    return {"labels": [{"name": name, "confidence": sure} for name, sure in LABELS.get(subject, [])]}
