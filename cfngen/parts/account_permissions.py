"""What StackSets may do in a target account for the bundle account: the trail, people's roles, functions of ours.

A neighbour of `permissions`, held against AWS's resource schemas by the same test.
"""

from __future__ import annotations

from awacs.aws import Statement, StringEquals

from .permissions import ANYTHING, ENVIRONMENT, GLOBAL, MADE_BY_STACKS, OWN, PROJECT, allow

PEOPLE = {kind: GLOBAL % f"{kind}/people/{PROJECT}-{ENVIRONMENT}-*" for kind in ("role", "user")}
"""Named, because people know them by name; the name keeps two environments apart."""

PEOPLES_POLICIES = (
    GLOBAL % "policy/people/StackSet-*",
    GLOBAL % f"policy/people/{PROJECT}-{ENVIRONMENT}-boundary",
)
GROUPS = GLOBAL % "group/people/StackSet-*"
LINKED_ROLES = GLOBAL % "role/aws-service-role/*"
MADE = "StackSet-*"
PASSED_TO = ("cloudtrail.amazonaws.com", "lambda.amazonaws.com")


def account() -> list[Statement]:
    """Return what it takes to make the bundle account, without reading the archive or signing in as anybody."""
    return [
        allow(
            "Trails",
            "cloudtrail:AddTags CreateTrail DeleteTrail GetEventConfiguration GetEventSelectors GetInsightSelectors "
            "GetTrail GetTrailStatus ListTags PutEventConfiguration PutEventSelectors PutInsightSelectors RemoveTags "
            "StartLogging StopLogging UpdateTrail",
            OWN % ("cloudtrail", f"trail/{MADE}"),
        ),
        allow("SeesTrails", "cloudtrail:DescribeTrails", ANYTHING),
        allow(
            "Watches", "logs:DeleteMetricFilter DescribeMetricFilters PutMetricFilter", OWN % ("logs", "log-group:*")
        ),
        allow(
            "Functions",
            "lambda:CreateFunction DeleteFunction GetCodeSigningConfig GetFunction* GetRuntimeManagementConfig "
            "InvokeFunction PutFunctionRecursionConfig PutFunctionScalingConfig PutRuntimeManagementConfig TagResource "
            "UntagResource UpdateFunctionCode UpdateFunctionConfiguration",
            OWN % ("lambda", f"function:{MADE}"),
        ),
        allow(
            "HandsRolesOfAccount",
            "iam:PassRole",
            MADE_BY_STACKS[0],
            when=StringEquals({"iam:PassedToService": list(PASSED_TO)}),
        ),
        allow(
            "LinkedRolesLeave",
            "iam:DeleteServiceLinkedRole GetRole GetServiceLinkedRoleDeletionStatus UpdateRole",
            LINKED_ROLES,
        ),
        *_people(),
    ]


def _people() -> list[Statement]:
    return [
        allow(
            "HumanRoles",
            "iam:AttachRolePolicy CreateRole DeleteRole DeleteRolePermissionsBoundary DeleteRolePolicy "
            "DetachRolePolicy GetRole GetRolePolicy ListAttachedRolePolicies ListRolePolicies ListRoleTags "
            "PutRolePermissionsBoundary TagRole UntagRole UpdateAssumeRolePolicy UpdateRole UpdateRoleDescription",
            PEOPLE["role"],
        ),
        allow(
            "HumanPolicies",
            "iam:CreatePolicy CreatePolicyVersion DeletePolicy DeletePolicyVersion GetPolicy GetPolicyVersion "
            "ListEntitiesForPolicy ListPolicyTags ListPolicyVersions TagPolicy UntagPolicy",
            *PEOPLES_POLICIES,
        ),
        allow(
            "Groups",
            "iam:AddUserToGroup AttachGroupPolicy CreateGroup DeleteGroup DeleteGroupPolicy DetachGroupPolicy GetGroup "
            "GetGroupPolicy ListAttachedGroupPolicies ListGroupPolicies RemoveUserFromGroup UpdateGroup",
            GROUPS,
        ),
        allow(
            "Users",
            "iam:CreateUser DeleteAccessKey DeleteLoginProfile DeleteUser DeleteUserPolicy DetachUserPolicy "
            "GetLoginProfile GetUser GetUserPolicy ListAccessKeys ListAttachedUserPolicies ListGroupsForUser "
            "ListUserPolicies ListUserTags TagUser UntagUser UpdateUser",
            PEOPLE["user"],
        ),
    ]
