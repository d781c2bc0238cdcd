"""People and what they may do: roles to enter with MFA, and the groups and users that sign in.

People sign in to one account, where they can manage their own MFA and nothing else until they use it, and enter roles
in every account from there. A permissions boundary keeps them, and all principals that they make, out of the audit
trail, the keys of patient data and the boundary itself.
"""

from __future__ import annotations

from troposphere import Template

from .. import facts
from ..layer import Classification, setting, take
from ..parts import people
from ..parts.boundary import boundary
from . import audit

CLASSIFICATION = Classification.AUDIT


def build(template: Template) -> None:
    """Add the boundary, the roles that it bounds, and who enters them."""
    for fact in (facts.PROJECT, facts.ENVIRONMENT, facts.TARGET_ACCOUNTS):
        setting(template, fact)
    people.conditions(template)
    bounded = boundary(
        template,
        take(template, audit.AUDIT_ARCHIVE),
        take(template, audit.AUDIT_LOG_GROUP_ARN),
        take(template, audit.AUDIT_TOPIC_ARN),
    )
    people.roles(template, bounded)
    people.sign_in(template)
