"""The few fixed names: what one account must know of another before it can ask. Everything else AWS names.

Each function also answers for a template: `execution_role("${Project}", "${Environment}")` is a `Sub` string.
The longest project (16 characters), environment (12) and region (14) still fit AWS's limits:
64 characters for a role, 63 for a bucket and for a sign-in domain, 50 for a vault.
"""

from __future__ import annotations


def administration_role(project: str, environment: str) -> str:
    """Return the role in the admin account with which StackSets reaches the targets."""
    return f"{project}-{environment}-stackset-administration"


def execution_role(project: str, environment: str) -> str:
    """Return the role in each target account with which StackSets makes resources."""
    return f"{project}-{environment}-stackset-execution"


def reader_role(project: str, environment: str) -> str:
    """Return the role in each target account with which the admin account looks at stacks."""
    return f"{project}-{environment}-reader"


def plan_role(project: str, environment: str) -> str:
    """Return the role in the admin account with which a pull request's plan is made."""
    return f"{project}-{environment}-plan"


def deploy_role(project: str, environment: str) -> str:
    """Return the role in the admin account with which a workflow deploys."""
    return f"{project}-{environment}-deploy"


def template_bucket(project: str, environment: str, account: str, region: str) -> str:
    """Return the bucket of templates and releases; `cfn`, because `templates` would pass 63 characters."""
    return f"{project}-{environment}-cfn-{account}-{region}"


def documents_bucket(project: str, environment: str, account: str, region: str, generation: str = "") -> str:
    """Return the bucket of patients' documents; its name is known, so that the other region can replicate to it.

    `docs`, because `documents` would pass 63 characters. `generation` is one character, or none.
    """
    return f"{project}-{environment}-docs-{account}-{region}{generation}"


def backup_vault(project: str, environment: str, generation: str = "") -> str:
    """Return the vault of a region's backups: copies from the geography's other region find it by this name."""
    return f"{project}-{environment}-backups{generation}"


def data_key_alias(project: str, environment: str) -> str:
    """Return the alias of a region's key of patient data: the other region encrypts its replicas with it."""
    return f"alias/{project}-{environment}-data-key"


def sign_in_domain(project: str, environment: str, account: str, who: str) -> str:
    """Return the prefix of a user pool's sign-in pages; Cognito wants it unique in the region over all customers."""
    return f"{project}-{environment}-{who}-{account}"


def human_role(project: str, environment: str, what: str) -> str:
    """Return a role that people enter, in each account: those who sign in elsewhere must know it."""
    return f"{project}-{environment}-{what}"


def stack_set(project: str, environment: str, bundle: str) -> str:
    """Return the name of a bundle's stack set."""
    return f"{project}-{environment}-{bundle}"


def instance_stack(project: str, environment: str, bundle: str) -> str:
    """Return what the names of a stack set's stacks begin with; StackSets adds `-` and a UUID."""
    return f"StackSet-{stack_set(project, environment, bundle)}"


def bootstrap_stack(project: str, environment: str, layer: str) -> str:
    """Return the name of a plain stack of the bundle `bootstrap`."""
    return f"{project}-{environment}-bootstrap-{layer}"


def infrastructure_zone(geography: str, domain: str) -> str:
    """Return the domain of a geography's infrastructure names, `eu.net.app.example.com`: nobody types one of them."""
    return f"{geography}.net.{domain}"


def origin(geography: str, domain: str) -> str:
    """Return the host name that CloudFront connects to; it points at the geography's active region."""
    return f"origin.{infrastructure_zone(geography, domain)}"


def web_host(region: str, geography: str, domain: str) -> str:
    """Return the name of a region's own web balancer, active or not."""
    return f"web.{region}.{infrastructure_zone(geography, domain)}"


def app_host(region: str, geography: str, domain: str) -> str:
    """Return the name by which a region's web tier reaches its app tier."""
    return f"app.{region}.{infrastructure_zone(geography, domain)}"


def app_subject(geography: str, domain: str) -> str:
    """Return the first name on the app tier's certificates: no record has it, and it is short in every region."""
    return f"app.{infrastructure_zone(geography, domain)}"


def partition(region: str) -> str:
    """Return the AWS partition that a region belongs to, the second word of every ARN there."""
    return {"cn": "aws-cn", "us-gov": "aws-us-gov"}.get(region.rpartition("-")[0].rpartition("-")[0], "aws")
