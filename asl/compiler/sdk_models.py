"""What AWS's APIs can do, read from botocore's service models when it is installed. Without it nothing is said.

Step Functions names a service by its SDK's client, ``sfn``, ``dynamodb``, ``cloudwatchlogs``: botocore's service id in
small letters without blanks and hyphens. Actions are the operations' names with a small first letter.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_SERVICE_ID = r'"serviceId"\s*:\s*"([^"]+)"'
# an operation of a model; a shape's member has no "http" behind its name
_OPERATION = r'"name"\s*:\s*"([A-Z]\w*)"\s*,\s*"http"'
#: where some models lie that lie elsewhere than under their service's name
_FOLDERS: Final = {
    "cloudwatchlogs": ("logs",),
    "cognitoidentityprovider": ("cognitoidp",),
    "elasticloadbalancingv2": ("elbv2",),
    "eventbridge": ("events",),
    "sfn": ("stepfunctions",),
}
#: how much of a model holds its metadata
_HEAD = 4096


@cache
def operations_of(service: str) -> frozenset[str] | None:
    """The actions of a service as Step Functions writes them; None if its model isn't at hand."""
    models = _newest_models()
    # most services lie in a folder of their own name; reading the names of all takes a while
    near = [models[folder] for folder in _FOLDERS.get(service, (service,)) if folder in models]
    for model in (*near, *models.values()):
        if _service_of(model) == service:
            names = re.findall(_OPERATION, _opened(model))
            return frozenset(name[0].lower() + name[1:] for name in names) or None
    return None


@cache
def _service_of(model: Path) -> str:
    """The name of a model's service in Step Functions; "" if it has none."""
    found = re.search(_SERVICE_ID, _opened(model, _HEAD))
    return re.sub(r"[\s-]", "", found[1]).lower() if found is not None else ""


@cache
def _newest_models() -> dict[str, Path]:
    """The newest model of each folder, by the folder's name without hyphens."""
    from pathlib import Path

    spec = find_spec("botocore")
    if spec is None or spec.origin is None:
        return {}
    found: dict[str, Path] = {}
    for folder in (Path(spec.origin).parent / "data").iterdir():
        versions = sorted(folder.glob("*/service-2.json*")) if folder.is_dir() else []
        if versions:
            found[folder.name.replace("-", "")] = versions[-1]
    return found


def _opened(path: Path, length: int = -1) -> str:
    import gzip

    if path.suffix == ".gz":
        with gzip.open(path, "rb") as file:
            data = file.read(length)
    else:
        with path.open("rb") as file:
            data = file.read(length)
    return data.decode("utf-8", "replace")
