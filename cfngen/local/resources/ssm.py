"""Parameters and documents of Systems Manager.

Not represented: parameter policies; a document's attachments and the documents it requires.
"""

from __future__ import annotations

from collections.abc import Mapping

from .api import attributes, changed, dropped_tags, gone, leave, named, new_tags, send, tag_list, text
from .handler import Handler, Made, Request


def _tag(r: Request, kind: str, name: str) -> None:
    ssm = r.clients("ssm")
    if dropped_tags(r):
        ssm.remove_tags_from_resource(ResourceType=kind, ResourceId=name, TagKeys=dropped_tags(r))
    if new_tags(r):
        ssm.add_tags_to_resource(ResourceType=kind, ResourceId=name, Tags=new_tags(r))


def _put(r: Request, name: str, *, overwrite: bool) -> Made:
    """Write a parameter; `Overwrite` is false on creation, so that one that exists already is refused."""
    given = leave(r.properties, "Tags", "Value")
    value = r.properties["Value"]
    joined = ",".join(map(text, value)) if isinstance(value, list) else text(value)
    send(r.clients("ssm").put_parameter, given, Name=name, Value=joined, Overwrite=overwrite)
    _tag(r, "Parameter", name)
    arn = f"arn:aws:ssm:{r.region}:{r.account}:parameter/{name.removeprefix('/')}"
    known = attributes(r.properties, "Type", "Description", "Tier", "AllowedPattern", "DataType", "Policies")
    return Made(name, {"DataType": "text", **known, "Name": name, "Value": joined, "Arn": arn})


def _create_document(r: Request) -> Made:
    name = named(r, "Name", 128)
    send(r.clients("ssm").create_document, r.properties, Name=name, Tags=tag_list(r.properties))
    return Made(name)


def _update_document(r: Request) -> Made:
    if changed(r, "Content", "VersionName", "DocumentFormat", "TargetType"):
        made = send(r.clients("ssm").update_document, r.properties, Name=r.physical_id, DocumentVersion="$LATEST")[
            "DocumentDescription"
        ]
        version = made["DocumentVersion"]
        r.clients("ssm").update_document_default_version(Name=r.physical_id, DocumentVersion=version)
    _tag(r, "Document", r.physical_id)
    return Made(r.physical_id)


HANDLERS: Mapping[str, Handler] = {
    "AWS::SSM::Parameter": Handler(
        lambda r: _put(r, named(r, "Name"), overwrite=False),
        lambda r: gone(r.clients("ssm").delete_parameter, Name=r.physical_id),
        lambda r: _put(r, r.physical_id, overwrite=True),
    ),
    "AWS::SSM::Document": Handler(
        _create_document, lambda r: gone(r.clients("ssm").delete_document, Name=r.physical_id), _update_document
    ),
}
