"""How GitHub enters the admin account: a role that plans and a role that deploys, without a stored key.

GitHub signs a token for each job and AWS trades it for an hour or four of one role. A pull request gets
the role that can only look; the role that deploys wants the environment's own approval and its one branch.
"""

from __future__ import annotations

from collections.abc import Sequence

from awacs import account, cloudformation, ec2, s3, sts
from awacs import iam as iam_actions
from awacs.aws import Action, Allow, Condition, PolicyDocument, Statement, StringEquals
from troposphere import Equals, GetAtt, If, Ref, Sub, Template, iam

from .. import facts, names
from ..layer import Classification, Fact, Wire, give, setting
from ..parts.metadata import context, suppress
from ..parts.trust import trust_token

CLASSIFICATION = Classification.AUDIT

REPOSITORY = Fact(
    "Repository",
    Type="String",
    AllowedPattern="[A-Za-z0-9_.-]+(@[0-9]+)?/[A-Za-z0-9_.-]+(@[0-9]+)?",
    Description="Repository as the subject of its tokens names it: org/repo, or org@1/repo@2 where GitHub adds ids.",
)
BRANCH = Fact(
    "Branch",
    Type="String",
    AllowedPattern="[A-Za-z0-9_./-]+",
    Description="The only branch that deploys.",
)
IDENTITY_PROVIDER = Fact(
    "IdentityProvider",
    Type="String",
    AllowedValues=["make", "there"],
    Description="Whether to make GitHub's identity provider, of which an account has one, or to use the one there.",
)

PLAN_ROLE_ARN = Wire("PlanRoleArn", "String", "Role of pull requests: looks, changes nothing.")
DEPLOY_ROLE_ARN = Wire("DeployRoleArn", "String", "Role of deployments from the branch, after approval.")

ISSUER = "token.actions.githubusercontent.com"
PROVIDER = "arn:${AWS::Partition}:iam::${AWS::AccountId}:oidc-provider/" + ISSUER
PROJECT, ENVIRONMENT = "${Project}", "${Environment}"

OURS = "arn:${AWS::Partition}:cloudformation:*:${AWS::AccountId}:"
STACK_SETS = (
    OURS + "stackset/" + names.stack_set(PROJECT, ENVIRONMENT, "*"),
    OURS + "stackset-target/" + names.stack_set(PROJECT, ENVIRONMENT, "*"),
    OURS + "type/resource/*",  # stack set calls ask for the types of the template, too
)
BOOTSTRAP_STACKS = OURS + "stack/" + names.bootstrap_stack(PROJECT, ENVIRONMENT, "*") + "/*"
BUCKET = "arn:${AWS::Partition}:s3:::" + names.template_bucket(
    PROJECT, ENVIRONMENT, "${AWS::AccountId}", "${AWS::Region}"
)
READERS = "arn:${AWS::Partition}:iam::*:role/" + names.reader_role(PROJECT, ENVIRONMENT)
ADMINISTRATION = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/" + names.administration_role(PROJECT, ENVIRONMENT)

LONGEST_DEPLOYMENT = 4 * 60 * 60
"""Seconds; a session cannot be renewed without a new token, and a token is valid for minutes."""


def build(template: Template) -> None:
    """Add GitHub's identity provider, where it is wanted, and the two roles."""
    for fact in (facts.PROJECT, facts.ENVIRONMENT, REPOSITORY, BRANCH, IDENTITY_PROVIDER):
        setting(template, fact)
    _identity_provider(template)
    look, change = _looking(template), _changing()
    plan = _role(template, "Plan", names.plan_role(PROJECT, ENVIRONMENT), look, _from_pull_requests())
    deploy = _role(template, "Deploy", names.deploy_role(PROJECT, ENVIRONMENT), [*look, *change], _from_the_branch())
    deploy.MaxSessionDuration = LONGEST_DEPLOYMENT
    give(template, PLAN_ROLE_ARN, GetAtt(plan, "Arn"))
    give(template, DEPLOY_ROLE_ARN, GetAtt(deploy, "Arn"))


def _identity_provider(template: Template) -> None:
    template.add_condition("MakesIdentityProvider", Equals(Ref(IDENTITY_PROVIDER), "make"))
    template.add_resource(
        iam.OIDCProvider(
            "GitHub",
            Condition="MakesIdentityProvider",
            Url=f"https://{ISSUER}",
            ClientIdList=["sts.amazonaws.com"],
            DeletionPolicy="RetainExceptOnCreate",  # another environment's roles may trust it
            UpdateReplacePolicy="Retain",
            Metadata=context(
                "Tokens that GitHub signs are trusted; which repository's, each role says.",
                must=("No other audience than STS.",),
                mutable="change-with-constraints",
            ),
        )
    )


def _from_pull_requests() -> StringEquals:
    subjects = ["repo:${Repository}:pull_request", "repo:${Repository}:ref:refs/heads/${Branch}"]
    return StringEquals({f"{ISSUER}:aud": "sts.amazonaws.com", f"{ISSUER}:sub": [Sub(each) for each in subjects]})


def _from_the_branch() -> StringEquals:
    """Return who may deploy: a job of the GitHub environment of this name, on the branch.

    A job with an environment has it as its subject, in place of the branch, so the branch is asked for by its own
    claim: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
    """
    return StringEquals(
        {
            f"{ISSUER}:aud": "sts.amazonaws.com",
            f"{ISSUER}:sub": Sub("repo:${Repository}:environment:${Environment}"),
            f"{ISSUER}:ref": Sub("refs/heads/${Branch}"),
        }
    )


def _role(template: Template, title: str, name: str, statements: Sequence[Statement], who: StringEquals) -> iam.Role:
    policy = iam.ManagedPolicy(
        f"{title}Policy",
        Description=f"What `cfngen {title.lower()}` does in the admin account.",
        PolicyDocument=PolicyDocument(Version="2012-10-17", Statement=list(statements)),
        Metadata=context(
            "The calls of one command; whatever happens in other accounts, the execution roles do.",
            must=("No role but readers is entered.", "No role, policy or trust is changed: people bootstrap."),
            mutable="review-required",
        ),
    )
    suppress(
        template.add_resource(policy),
        "Wildcards stand for names that StackSets chooses, and for accounts, which a condition limits to the targets.",
        nag=("AwsSolutions-IAM5",),
    )
    role = iam.Role(
        f"{title}Role",
        RoleName=Sub(name),
        Description=f"GitHub runs `cfngen {title.lower()}` with it.",
        AssumeRolePolicyDocument=trust_token(If("MakesIdentityProvider", Ref("GitHub"), Sub(PROVIDER)), who),
        ManagedPolicyArns=[Ref(policy)],
        Metadata=context(
            "The name is fixed because the workflows spell it.",
            must=("Trusts one repository of GitHub and nobody else.",),
            mutable="change-with-constraints",
        ),
    )
    return template.add_resource(role)


def _looking(template: Template) -> list[Statement]:
    look = [
        cloudformation.DescribeStackInstance,
        cloudformation.DescribeStackSet,
        cloudformation.DescribeStackSetOperation,
        cloudformation.ListStackInstances,
        cloudformation.ListStackSetOperationResults,
        cloudformation.ListStackSetOperations,
    ]
    targets = Condition(StringEquals({"aws:ResourceAccount": setting(template, facts.TARGET_ACCOUNTS)}))
    stacks = [cloudformation.DescribeStacks, cloudformation.GetTemplate]
    return [
        _allow("StackSets", look, *STACK_SETS),
        _allow("BootstrapStacks", stacks, BOOTSTRAP_STACKS),
        _allow("Templates", [s3.GetObject, s3.GetObjectVersion], f"{BUCKET}/*"),
        _allow("TemplateList", [s3.ListBucket], BUCKET),
        Statement(Sid="Readers", Effect=Allow, Action=[sts.AssumeRole], Resource=[Sub(READERS)], Condition=targets),
        Statement(
            Sid="Regions",
            Effect=Allow,
            Action=[cloudformation.ListStackSets, account.GetRegionOptStatus, ec2.DescribeRegions],
            Resource=["*"],
        ),
    ]


def _changing() -> list[Statement]:
    change = [
        cloudformation.CreateStackInstances,
        cloudformation.DeleteStackInstances,
        cloudformation.StopStackSetOperation,
        cloudformation.TagResource,
        cloudformation.UntagResource,
        cloudformation.UpdateStackInstances,
        cloudformation.UpdateStackSet,
    ]
    handed = Condition(StringEquals({"iam:PassedToService": "cloudformation.amazonaws.com"}))
    return [
        _allow("ChangesStackSets", change, *STACK_SETS),
        # AWS asks on no resource; what a new one may do, the role decides that is handed to it
        Statement(Sid="MakesStackSets", Effect=Allow, Action=[cloudformation.CreateStackSet], Resource=["*"]),
        _allow("WritesTemplates", [s3.PutObject], f"{BUCKET}/*"),
        _allow("EndsItsLock", [s3.DeleteObject], f"{BUCKET}/deploying.json"),
        Statement(
            Sid="HandsAdministration",
            Effect=Allow,
            Action=[iam_actions.PassRole],
            Resource=[Sub(ADMINISTRATION)],
            Condition=handed,
        ),
    ]


def _allow(sid: str, actions: Sequence[Action], *resources: str) -> Statement:
    return Statement(Sid=sid, Effect=Allow, Action=list(actions), Resource=[Sub(each) for each in resources])
