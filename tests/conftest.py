"""What holds for every test."""

from __future__ import annotations

import os
import tempfile

from hypothesis import settings

settings.register_profile("cfngen", deadline=None)  # how fast a machine is, is not a property
settings.load_profile("cfngen")

_CACHES = tempfile.TemporaryDirectory(prefix="cfngen-tests-")
os.environ["XDG_CACHE_HOME"] = _CACHES.name  # a run's own: no test answers from what another run kept
