"""What a destruction leaves behind, for a person: where it is, what it is called and how it is removed by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..errors import Problem
from ..execution.leavings import Leaving
from .words import Places

REMOVALS: Mapping[str, str] = {
    "AWS::Backup::BackupVault": "aws backup delete-backup-vault --backup-vault-name NAME, once its backups expired",
    "AWS::CloudTrail::Trail": "aws cloudtrail delete-trail --name NAME, as the break-glass role",
    "AWS::Cognito::UserPool": "aws cognito-idp delete-user-pool --user-pool-id NAME",
    "AWS::IAM::OIDCProvider": "aws iam delete-open-id-connect-provider --open-id-connect-provider-arn NAME",
    "AWS::KMS::Key": "aws kms schedule-key-deletion --key-id NAME --pending-window-in-days 30, after all it encrypts",
    "AWS::Logs::LogGroup": "aws logs delete-log-group --log-group-name NAME",
    "AWS::RDS::DBInstance": "aws rds describe-db-snapshots --db-instance-identifier NAME finds the snapshot, and"
    " aws rds delete-db-snapshot --db-snapshot-identifier IT deletes it; its automated backups"
    " (aws rds describe-db-instance-automated-backups) stay as long as they were to be kept",
    "AWS::Route53::HostedZone": "aws route53 delete-hosted-zone --id NAME, without any record but its own NS and SOA",
    "AWS::S3::Bucket": "empty it with all versions (https://s3.console.aws.amazon.com/s3/bucket/NAME/empty), then"
    " aws s3api delete-bucket --bucket NAME",
    "AWS::S3::BucketPolicy": "goes with its bucket",
    "AWS::SecretsManager::Secret": "aws secretsmanager delete-secret --secret-id NAME",
}
"""How each type that the templates retain is removed by hand, in its account and region."""

AGAIN = (
    "A deployment after this one needs another StoreGeneration: bucket and vault are found by their names.",
    "docs/how-to/destroy-and-deploy-again.md says how what they hold comes back.",
)


def leavings_lines(kept: Sequence[Leaving], unread: Sequence[Problem], named: Places) -> list[str]:
    """Return what stays, each place a paragraph, with how to remove each type; then what could not be asked."""
    lines = list(_places(kept, named)) if kept else []
    lines += [f"Not known of what stays: {each.what}" for each in unread]
    return [*lines, *AGAIN] if any(each.type == "AWS::Backup::BackupVault" for each in kept) else lines


def _places(kept: Sequence[Leaving], named: Places) -> Iterator[str]:
    yield "Retained, outside any stack:"
    for place in dict.fromkeys(each.place for each in kept):
        yield f"  {place} ({named.get(place, 'this environment')})"
        for each in (each for each in kept if each.place == place):
            what = f"a last snapshot of {each.physical_id}" if each.is_snapshot else each.physical_id
            yield f"    {each.bundle}/{each.name} {each.type} {what}"
    yield "To remove one by hand, in its account and region:"
    for kind in sorted({each.type for each in kept}):
        yield f"  {kind}: {REMOVALS.get(kind, 'on the page of its service')}"
