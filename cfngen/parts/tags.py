"""The one tag that a layer writes itself.

Project, Environment, Geography, Layer and DataClassification are tags of each nested stack, and
CloudFormation gives them to every resource that can carry tags:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html
"""

from __future__ import annotations

from troposphere import Sub, Tags, Template

from .. import facts
from ..layer import setting


def name_tag(template: Template, name: str) -> Tags:
    """Return the tag `Name` = `<environment>-<name>`, such as `prod-web-1`."""
    setting(template, facts.ENVIRONMENT)
    return Tags(Name=Sub("${Environment}-" + name))
