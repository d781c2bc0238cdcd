"""How long logs are kept: one setting for every layer that writes any."""

from __future__ import annotations

from troposphere import Parameter

LOG_RETENTION_DAYS = Parameter(
    "LogRetentionDays",
    Type="Number",
    Default="3653",
    # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
    AllowedValues=[
        *("1", "3", "5", "7", "14", "30", "60", "90", "120", "150", "180", "365", "400", "545", "731"),
        *("1096", "1827", "2192", "2557", "2922", "3288", "3653"),
    ],
    Description="Days that logs are kept, in CloudWatch and in S3; HIPAA asks for six years of documentation.",
)
