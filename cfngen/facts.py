"""Facts: parameters that the environment itself knows, filled in by the deployment, never typed.

A layer refers to one with `setting(template, facts.ENVIRONMENT)`; `cfngen.deployment` gives the value.
"""

from __future__ import annotations

from .layer import Fact

PROJECT = Fact(
    "Project", Type="String", AllowedPattern="[a-z][a-z0-9-]{1,15}", Description="Short name of the product."
)
ENVIRONMENT = Fact(
    "Environment", Type="String", AllowedPattern="[a-z][a-z0-9-]{1,11}", Description="Name of the environment."
)
GEOGRAPHY = Fact(
    "Geography",
    Type="String",
    AllowedValues=["us", "eu", "apac", "global"],
    Description="The geography that this stack serves; global in the accounts of the edge and the administrator.",
)
REGION_ROLE = Fact(
    "RegionRole",
    Type="String",
    AllowedValues=["active", "standby"],
    Description="Whether this region serves users or waits to be promoted.",
)
PEER_REGION = Fact(
    "PeerRegion",
    Type="String",
    AllowedPattern="none|[a-z]{2}(-[a-z]+)+-[0-9]",
    Description="The geography's other region, the only one that data may be copied to; none where there is none.",
)
HOME_REGION = Fact(
    "HomeRegion",
    Type="String",
    AllowedPattern="[a-z]{2}(-[a-z]+)+-[0-9]",
    Description="The account's home region, where what exists once per account is made and recorded.",
)
DOMAIN_NAME = Fact("DomainName", Type="String", Description="Domain of the application, such as app.example.com.")
ADMIN_ACCOUNT = Fact(
    "AdminAccount", Type="String", AllowedPattern="[0-9]{12}", Description="Account that administers the stack sets."
)
TARGET_ACCOUNTS = Fact(
    "TargetAccounts", Type="CommaDelimitedList", Description="Accounts of the environment that receive stacks."
)
