"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("cfngen", deadline=None)  # how fast a machine is, is not a property
settings.load_profile("cfngen")
