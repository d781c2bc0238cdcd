"""Packaging of cfngen; versions of what the output depends on are pinned exactly."""

from __future__ import annotations

import subprocess
from pathlib import Path

from setuptools import find_packages, setup

HOME = Path(__file__).parent
VERSION = "0.1.0"

LOCAL = [
    "moto[server]==5.2.5",  # the services of the local AWS
    "regex==2026.11.15",  # AWS's schemas use patterns that re does not know
]

REPORT = [
    "diagrams==0.25.1",  # AWS's own icons
    "jinja2==3.1.6",  # the page of a report, everything escaped
]

DEV = [
    "check-jsonschema==0.39.0",  # the schema of GitHub's workflows
    "hypothesis==6.170.15",  # properties of plans, bad input
    "jsonschema==4.26.0",  # the schema of environment files is one
    "mkdocs-material==9.8.2",  # the site of docs/
    "mypy==2.4.1",
    "pytest==9.2.0",
    "pytest-xdist==3.8.0",  # two processors, half the time
    "ruff==0.17.6",
    "selenium==4.51.0",  # the report in a real Chromium
    "setuptools==80.9.0",  # builds the wheel that a test installs
    "types-PyYAML==6.0.12.20261113",
]


def version() -> str:
    """Return the version with the commit that it is built from, which `cfngen --version` shows outside a checkout.

    A source distribution has no git and knows its own full version already; an editable checkout asks git itself.
    """
    told = HOME / "PKG-INFO"
    if told.is_file():
        return next(line.split()[1] for line in told.read_text(encoding="utf-8").splitlines() if line[:8] == "Version:")
    if not (HOME / ".git").exists():
        return VERSION
    try:
        words = ["git", "describe", "--always", "--abbrev=12", "--exclude=*", "--dirty=.changed"]
        done = subprocess.run(words, cwd=HOME, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return VERSION
    return f"{VERSION}+g{done.stdout.strip()}"


setup(
    name="cfngen",
    version=version(),
    description="One description in Python, CloudFormation StackSets for every account and region.",
    long_description=(HOME / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    classifiers=[
        "Environment :: Console",
        "Operating System :: POSIX",
        "Programming Language :: Python :: 3.11",  # the one it is tested with
        "Topic :: System :: Systems Administration",
        "Typing :: Typed",
    ],
    python_requires=">=3.11",
    packages=find_packages(include=["cfngen", "cfngen.*"]),
    package_data={"": ["*.js", "*.json", "*.yaml"], "cfngen": ["py.typed", "page/page.*"]},
    install_requires=[
        "troposphere==4.11.1",  # the templates in Python; their text depends on the version
        "awacs==2.6.1",  # IAM policies in Python: a misspelt action does not import
        "cfn-lint==1.58.0",  # AWS's own judge, and AWS's resource schemas as data
        "boto3==1.44.5",  # AWS
        "dnspython==2.9.2",  # who answers for a zone, before a certificate waits for its delegation
        "click==8.5.1",  # the command line
        "rich==15.0.0",  # tables and live progress on a terminal
        "pydantic==2.14.3",  # the shape of environment files and its JSON Schema from one declaration
        "PyYAML==6.0.3",  # environment files and templates, by its C loader and dumper
    ],
    extras_require={"local": LOCAL, "report": REPORT, "dev": [*LOCAL, *REPORT, *DEV]},
    entry_points={"console_scripts": ["cfngen = cfngen.cli.main:main"]},
)
