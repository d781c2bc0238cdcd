"""`python -m cfngen`, where the console script is not on the path."""

from __future__ import annotations

from .cli.main import main

main()
