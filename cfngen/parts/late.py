"""TEMPORARY until the kernel's late wires are merged: the same shape."""

from __future__ import annotations

from troposphere import Parameter, Ref, Template

from ..layer import Wire, setting

ZONE_NAME_SERVERS = Wire("ZoneNameServers", "CommaDelimitedList", "Name servers of the geography's zone.")


def take_from(template: Template, wire: Wire, geography: str) -> Ref:
    """Return a reference to the value that a geography's stack gives."""
    name = f"{geography.title()}{wire.name}"
    return setting(template, Parameter(name, Type="String", Default="", Description=wire.description))
