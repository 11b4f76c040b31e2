"""Settings that all tests share."""

from __future__ import annotations

import os
import sys

from hypothesis import HealthCheck, settings

#: pytester runs pytest inside tests. The kit's own plugin is there already where the package is installed.
pytest_plugins = ["pytester"]
if "asl.testing.plugin" not in sys.modules:
    pytest_plugins.append("asl.testing.plugin")

settings.register_profile("default", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(
    "ci", deadline=None, max_examples=60, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("thorough", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "default"))
