"""The few fixed names: what one account must know of another before it can ask. Everything else AWS names.

Each function also answers for a template: `execution_role("${Project}", "${Environment}")` is a `Sub` string.
The longest project (16 characters), environment (12) and region (14) still fit AWS's limits:
64 characters for a role, 63 for a bucket.
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


def template_bucket(project: str, environment: str, account: str, region: str) -> str:
    """Return the bucket of templates and releases; `cfn`, because `templates` would pass 63 characters."""
    return f"{project}-{environment}-cfn-{account}-{region}"


def stack_set(project: str, environment: str, bundle: str) -> str:
    """Return the name of a bundle's stack set."""
    return f"{project}-{environment}-{bundle}"


def instance_stack(project: str, environment: str, bundle: str) -> str:
    """Return what the names of a stack set's stacks begin with; StackSets adds `-` and a UUID."""
    return f"StackSet-{stack_set(project, environment, bundle)}"


def bootstrap_stack(project: str, environment: str, layer: str) -> str:
    """Return the name of a plain stack of the bundle `bootstrap`."""
    return f"{project}-{environment}-bootstrap-{layer}"


def partition(region: str) -> str:
    """Return the AWS partition that a region belongs to, the second word of every ARN there."""
    return {"cn": "aws-cn", "us-gov": "aws-us-gov"}.get(region.rpartition("-")[0].rpartition("-")[0], "aws")
