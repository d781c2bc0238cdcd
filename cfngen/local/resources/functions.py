"""Lambda functions and the permissions to call them. They run for custom resources only (`cfngen.local.custom`).

Not represented: code and its checks beyond a package's place, concurrency, layers, snapshots, file systems.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any

from .api import attributes, changed, gone, leave, named, pick, send, tag_map
from .handler import Handler, Made, Request


def _code(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return a function's code as the service wants it: text of a template becomes an archive with one module."""
    code = properties["Code"]
    if "ZipFile" not in code:
        return dict(code)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr(
            "index.py" if str(properties.get("Runtime", "")).startswith("python") else "index.js", code["ZipFile"]
        )
    return {"ZipFile": archive.getvalue()}


def _create(r: Request) -> Made:
    name = named(r, "FunctionName", 64)
    own = {"FunctionName": name, "Code": _code(r.properties), "Tags": tag_map(r.properties)}
    return _made(name, send(r.clients("lambda").create_function, leave(r.properties, "Code", "Tags"), **own))


def _made(name: str, found: Mapping[str, Any]) -> Made:
    return Made(name, {"Arn": found["FunctionArn"]})


def _update(r: Request) -> Made:
    functions, name = r.clients("lambda"), r.physical_id
    if changed(r, "Code"):
        send(functions.update_function_code, None, FunctionName=name, **_code(r.properties))
    send(functions.update_function_configuration, leave(r.properties, "FunctionName"), FunctionName=name)
    found = functions.get_function_configuration(FunctionName=name)
    tags = tag_map(r.properties)
    dropped = sorted(tag_map(r.before).keys() - tags.keys())
    if dropped:
        functions.untag_resource(Resource=found["FunctionArn"], TagKeys=dropped)
    if tags:
        functions.tag_resource(Resource=found["FunctionArn"], Tags=tags)
    return _made(name, found)


def _permit(r: Request) -> Made:
    send(r.clients("lambda").add_permission, r.properties, StatementId=r.name)
    return Made(r.name, attributes({"Id": r.name}, "Id"))


def _forbid(r: Request) -> None:
    gone(r.clients("lambda").remove_permission, pick(r.properties, "FunctionName"), StatementId=r.physical_id)


HANDLERS: Mapping[str, Handler] = {
    "AWS::Lambda::Function": Handler(
        _create, lambda r: gone(r.clients("lambda").delete_function, FunctionName=r.physical_id), _update
    ),
    "AWS::Lambda::Permission": Handler(_permit, _forbid),
}
