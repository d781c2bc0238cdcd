"""The database engines that can be chosen, and what differs between them.

The network needs the port, the data layer the rest, so both read this one table. It becomes a
mapping in their templates: a template is the same for every environment, whichever engine it runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from troposphere import Equals, FindInMap, Parameter, Template

from ..layer import setting

DATABASE_ENGINE = Parameter(
    "DatabaseEngine",
    Type="String",
    Default="sqlserver-se",
    AllowedValues=["sqlserver-se", "postgres"],
    Description="Engine of the database: SQL Server Standard Edition or PostgreSQL.",
)

# SQL Server wants a full version; PostgreSQL takes the newest minor of a major. Both as of November 2026.
ENGINES: Mapping[str, Mapping[str, str | list[str]]] = MappingProxyType(
    {
        "sqlserver-se": {
            "Port": "1433",
            "Version": "16.00.4295.3.v1",
            "Family": "sqlserver-se-16.0",
            "License": "license-included",
            "LogExports": ["agent", "error"],
        },
        "postgres": {
            "Port": "5432",
            "Version": "17",
            "Family": "postgres17",
            "License": "postgresql-license",
            "LogExports": ["postgresql", "upgrade"],
        },
    }
)

_MAP = "DatabaseEngines"
_USES_POSTGRES = "UsesPostgres"


def engine_value(template: Template, key: str) -> FindInMap:
    """Return the chosen engine's `Port`, `Version`, `Family`, `License` or `LogExports`.

    Only the keys asked for enter the template, so that a new engine version does not touch the network.
    """
    table = template.mappings.get(_MAP, {name: {} for name in ENGINES})
    template.mappings[_MAP] = {name: {**row, key: ENGINES[name][key]} for name, row in table.items()}
    return FindInMap(_MAP, setting(template, DATABASE_ENGINE), key)


def uses_postgres(template: Template) -> str:
    """Return the name of the condition that the engine is PostgreSQL."""
    template.conditions[_USES_POSTGRES] = Equals(setting(template, DATABASE_ENGINE), "postgres")
    return _USES_POSTGRES
