"""Packaging of cfngen; versions of what the output depends on are pinned exactly."""

from __future__ import annotations

from setuptools import find_packages, setup

LOCAL = [
    "moto[server]==5.2.5",  # the services of the local AWS
    "regex==2026.11.15",  # AWS's schemas use patterns that re does not know
]

DEV = [
    "hypothesis==6.170.15",  # properties of plans, bad input
    "jsonschema==4.26.0",  # the schema of environment files is one
    "mypy==2.4.1",
    "pytest==9.2.0",
    "pytest-xdist==3.8.0",  # two processors, half the time
    "ruff==0.17.6",
    "types-PyYAML==6.0.12.20261113",
]

setup(
    name="cfngen",
    version="0.1.0",
    description="One description in Python, CloudFormation StackSets for every account and region.",
    python_requires=">=3.11",
    packages=find_packages(include=["cfngen", "cfngen.*"]),
    package_data={"cfngen": ["py.typed"]},
    install_requires=[
        "troposphere==4.11.1",  # the templates in Python; their text depends on the version
        "awacs==2.6.1",  # IAM policies in Python: a misspelt action does not import
        "cfn-lint==1.58.0",  # AWS's own judge, and AWS's resource schemas as data
        "boto3==1.44.5",  # AWS
        "click==8.5.1",  # the command line
        "rich==15.0.0",  # tables and live progress on a terminal
        "pydantic==2.14.3",  # the shape of environment files and its JSON Schema from one declaration
        "PyYAML==6.0.3",  # environment files and templates, by its C loader and dumper
    ],
    extras_require={"local": LOCAL, "dev": [*LOCAL, *DEV]},
    entry_points={"console_scripts": ["cfngen = cfngen.cli.main:main"]},
)
