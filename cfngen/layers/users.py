"""The people who sign in: a pool of doctors, a pool of patients, and what each may do on AWS.

Two pools, because MFA and self sign-up are a pool's and not a group's: administrators invite doctors, whose MFA is
always on; patients sign up themselves. Pools are of one region: a standby has its own, which are empty until promotion.
"""

from __future__ import annotations

from awacs import kms as kms_actions
from awacs import s3 as s3_actions
from awacs.aws import Action, Allow, Condition, PolicyDocument, Statement, StringEquals
from troposphere import GetAtt, Parameter, Ref, Sub, Template, cognito, iam

from ..layer import Classification, Wire, give, take
from ..parts import user_pools
from ..parts.metadata import context, suppress
from ..parts.trust import trust_identity_pool
from ..parts.user_pools import Audience
from . import documents, keys

CLASSIFICATION = Classification.PHI

DOCTOR_POOL_ID = Wire("DoctorPoolId", "String", "User pool of doctors.")
DOCTOR_POOL_ARN = Wire("DoctorPoolArn", "String", "ARN of the user pool of doctors, for what attaches to it.")
DOCTOR_CLIENT_ID = Wire("DoctorClientId", "String", "The web tier's client in the pool of doctors.")
PATIENT_POOL_ID = Wire("PatientPoolId", "String", "User pool of patients.")
PATIENT_POOL_ARN = Wire("PatientPoolArn", "String", "ARN of the user pool of patients, for what attaches to it.")
PATIENT_CLIENT_ID = Wire("PatientClientId", "String", "The web tier's client in the pool of patients.")
IDENTITY_POOL_ID = Wire("IdentityPoolId", "String", "Identity pool that turns sign-ins into AWS credentials.")

PATIENT_MFA = Parameter(
    "PatientMfa",
    Type="String",
    Default="OPTIONAL",
    AllowedValues=["OPTIONAL", "ON"],
    Description="Whether patients choose MFA or must have it; OPTIONAL lets threat protection ask for it at a risk.",
)

DOCTORS = Audience(
    title="Doctor",
    who="doctors",
    why="They see the data of all their patients, so nobody is among them whom an administrator did not invite.",
    mfa="ON",
    invited=True,
    recovery="admin_only",
    password_length=16,
    session_hours=12,
)
PATIENTS = Audience(
    title="Patient",
    who="patients",
    why="They sign up themselves and see their own data only.",
    mfa=PATIENT_MFA,
    invited=False,
    recovery="verified_email",
    password_length=12,
    session_hours=24,
)
CLOSED = ("have MFA on", "be closed to self sign-up")
OPEN = ("offer MFA",)

Pool = tuple[cognito.UserPool, cognito.UserPoolClient]


def build(template: Template) -> None:
    """Add both pools, and the identity pool with a role for each."""
    user_pools.add_pool_conditions(template)
    doctors = _pool(template, DOCTORS, CLOSED)
    patients = _pool(template, PATIENTS, OPEN)
    identity_pool = _identity_pool(template, doctors, patients)
    doctor, patient = (_role(template, audience, identity_pool) for audience in (DOCTORS, PATIENTS))
    _role_attachment(template, identity_pool, {DOCTORS: (*doctors, doctor), PATIENTS: (*patients, patient)})
    for (pool, client), (pool_id, pool_arn, client_id) in (
        (doctors, (DOCTOR_POOL_ID, DOCTOR_POOL_ARN, DOCTOR_CLIENT_ID)),
        (patients, (PATIENT_POOL_ID, PATIENT_POOL_ARN, PATIENT_CLIENT_ID)),
    ):
        give(template, pool_id, Ref(pool))
        give(template, pool_arn, GetAtt(pool, "Arn"))
        give(template, client_id, Ref(client))
    give(template, IDENTITY_POOL_ID, Ref(identity_pool))


def _pool(template: Template, audience: Audience, must: tuple[str, ...]) -> Pool:
    pool = user_pools.user_pool(template, audience, must)
    client = user_pools.app_client(template, audience, pool)
    user_pools.sign_in_domain(template, audience, pool)
    user_pools.risk_response(template, audience, pool)
    user_pools.sign_in_records(template, audience, pool, take(template, keys.LOGS_KEY_ARN))
    return pool, client


def _identity_pool(template: Template, *pools: Pool) -> cognito.IdentityPool:
    providers = [
        cognito.CognitoIdentityProvider(
            ClientId=Ref(client), ProviderName=GetAtt(pool, "ProviderName"), ServerSideTokenCheck=True
        )
        for pool, client in pools
    ]
    return template.add_resource(
        cognito.IdentityPool(
            "IdentityPool",
            Metadata=context(
                "Turns a sign-in into credentials of one role; a sign-out ends them, for the token is checked.",
                must=("refuse guests",),
                mutable="change-with-constraints",
            ),
            AllowClassicFlow=False,
            AllowUnauthenticatedIdentities=False,
            CognitoIdentityProviders=providers,
            IdentityPoolName=Sub("${Project}-${Environment}"),
        )
    )


def _role(template: Template, audience: Audience, identity_pool: cognito.IdentityPool) -> iam.Role:
    policy = iam.ManagedPolicy(
        f"{audience.title}Policy",
        Metadata=context("Own uploads, under a prefix that carries the identity, and nothing else."),
        PolicyDocument=PolicyDocument(Version="2012-10-17", Statement=_own_documents(template, audience)),
    )
    suppress(policy, "All objects below the prefix of the one who is signed in.", nag=("AwsSolutions-IAM5",))
    template.add_resource(policy)
    return template.add_resource(
        iam.Role(
            f"{audience.title}Role",
            Metadata=context(
                f"What {audience.who} may do on AWS themselves: everything else goes through the app.",
                must=("Nobody else's documents.",),
                mutable="review-required",
            ),
            AssumeRolePolicyDocument=trust_identity_pool(Ref(identity_pool)),
            ManagedPolicyArns=[Ref(policy)],
        )
    )


def _own_documents(template: Template, audience: Audience) -> list[Statement]:
    take(template, documents.DOCUMENTS_BUCKET_ARN)
    own = Sub(f"${{DocumentsBucketArn}}/{audience.who}/${{!cognito-identity.amazonaws.com:sub}}/*")
    via = StringEquals({"kms:ViaService": Sub("s3.${AWS::Region}.amazonaws.com")})
    key_use: list[Action] = [kms_actions.Decrypt, kms_actions.GenerateDataKey]
    data_key = take(template, keys.DATA_KEY_ARN)
    return [
        Statement(
            Sid="OwnDocuments", Effect=Allow, Action=[s3_actions.GetObject, s3_actions.PutObject], Resource=[own]
        ),
        Statement(Sid="Encrypted", Effect=Allow, Action=key_use, Resource=[data_key], Condition=Condition(via)),
    ]


def _role_attachment(
    template: Template,
    identity_pool: cognito.IdentityPool,
    members: dict[Audience, tuple[cognito.UserPool, cognito.UserPoolClient, iam.Role]],
) -> cognito.IdentityPoolRoleAttachment:
    """Choose the role by the client that the token is for; a token that no rule fits gets none."""
    mappings = {audience.who: _mapping(*members[audience]) for audience in members}
    return template.add_resource(
        cognito.IdentityPoolRoleAttachment(
            "IdentityPoolRoles",
            Metadata=context("A patient's token never leads to a doctor's role.", must=("deny what no rule fits",)),
            IdentityPoolId=Ref(identity_pool),
            RoleMappings=mappings,
            Roles={"authenticated": GetAtt(members[PATIENTS][2], "Arn")},
        )
    )


def _mapping(pool: cognito.UserPool, client: cognito.UserPoolClient, role: iam.Role) -> cognito.RoleMapping:
    rule = cognito.MappingRule(Claim="aud", MatchType="Equals", RoleARN=GetAtt(role, "Arn"), Value=Ref(client))
    return cognito.RoleMapping(
        AmbiguousRoleResolution="Deny",
        IdentityProvider=Sub(f"${{{pool.title}.ProviderName}}:${{{client.title}}}"),
        RulesConfiguration=cognito.RulesConfiguration(Rules=[rule]),
        Type="Rules",
    )
