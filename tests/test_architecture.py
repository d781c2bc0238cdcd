"""Who may import whom, and how long things may be: the table is the law, `ast` the judge.

Imports inside functions and under TYPE_CHECKING count like any other.
"""

from __future__ import annotations

import ast
import statistics
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from cfngen.catalog import BOOTSTRAP, BUNDLES

HOME = Path(__file__).parent.parent
PACKAGE = HOME / "cfngen"

TABLE = {
    # what: (may import of ours, may import of others). `x.*` is everything in the package x and x itself.
    "cfngen": ("", ""),
    "__main__": ("cli.main", ""),
    # Words and values that everything may use.
    "errors": ("", ""),
    "wording": ("", ""),
    "names": ("", ""),
    "regions": ("", ""),
    "catalog": ("", ""),
    "findings": ("errors", ""),
    # Layers to templates: the only users of troposphere. `names` are what both sides of an account's border know.
    "layer": ("", "troposphere"),
    "facts": ("layer", ""),
    "parts.*": ("layer facts names parts.*", "troposphere awacs"),
    "layers.*": ("layer facts names parts.* layers.*", "troposphere awacs"),
    "functions.*": ("", "boto3 botocore"),  # what runs on AWS: their text goes into templates
    "bundle": ("catalog errors facts layer layers.* parts.metadata templates", "troposphere"),
    # Template files: after build, everything reads them and nothing reads Python.
    "templates": ("errors", "yaml"),
    "artifacts": ("errors templates", "yaml"),
    "schemas": ("", ""),
    # Environments.
    "document": ("errors wording", "yaml"),
    "shape": ("catalog document errors regions wording", "pydantic"),
    "mistakes": ("catalog document errors regions wording", ""),
    "sourced": ("document errors wording", ""),
    "config": ("catalog document errors mistakes regions shape sourced wording", ""),
    "addresses": ("errors sourced wording", ""),
    "declarations": ("errors sourced wording", ""),
    "parameters": ("addresses catalog config declarations errors sourced templates wording", ""),
    "schema": ("declarations document regions shape templates", ""),
    "new_environment": ("addresses catalog config errors mistakes shape", ""),
    # Judgement, over files.
    "rules.*": ("errors rules.* templates", "cfnlint"),
    "lint": ("errors findings rules.*", "cfnlint"),
    "values": ("", ""),
    "evaluate": ("values", ""),
    "nested": ("evaluate templates values", ""),
    "verify.*": (
        ("catalog config deployment document errors evaluate findings names nested parameters schemas templates values "
         "verify.* wording"),
        ""),
    # Pictures and the page, over the same files.
    "picture.*": ("config errors picture.* values verify.*", ""),
    "page.*": ("config errors evaluate nested page.* parameters picture.* sourced templates values verify.*", ""),
    "page.html": ("page.content", "jinja2 markupsafe"),
    # What a name means, from files alone.
    "rule_texts": ("", ""),
    "explanation": ("catalog errors rule_texts templates wording", ""),
    # What is wanted, what is there, what to do about it.
    "deployment": ("artifacts catalog config errors names parameters templates", ""),
    # What a plan does to resources.
    "changes": ("deployment", ""),
    "diff": ("changes values", ""),
    "reach": ("diff nested templates", ""),
    "sources": ("changes diff errors reach templates", ""),
    "replacement": ("changes diff schemas values", ""),
    "stateful": ("", ""),
    "fates": ("changes diff replacement values", ""),
    "impact": ("changes diff evaluate fates nested replacement sources stateful templates values", ""),
    "iam_changes": ("changes diff evaluate nested values", ""),
    "courses": ("deployment operations sources", ""),
    "passages": (
        "changes courses diff fates iam_changes impact nested reach templates values", ""),
    "assessment": ("changes courses deployment errors names operations passages reach sources", ""),
    "groups": ("changes deployment", ""),
    "opinions": ("changes deployment", ""),
    "losses": ("changes deployment errors operations wording", ""),
    "recheck": ("deployment losses operations", ""),
    "operations": ("artifacts changes deployment", ""),
    "plan": ("assessment courses deployment errors groups operations", ""),
    "releases": ("deployment operations", ""),
    # Carrying it out.
    "drift": ("deployment", ""),
    "events": ("deployment operations", ""),
    "status": ("deployment events operations releases standing", ""),
    "failures": ("", ""),
    "lanes": ("deployment operations", ""),
    "standing": ("deployment errors events operations releases", ""),
    "watch": ("deployment events operations", ""),
    "execute": ("artifacts deployment errors events failures lanes operations watch", ""),
    "text.*": (
        ("changes config deployment drift errors events execute explanation losses operations opinions releases status "
         "templates text.* verify.* wording"),
        ""),
    "aws.*": (
        ("artifacts aws.* changes config deployment drift errors events execute failures names operations opinions "
         "releases sources standing templates"),
        "boto3 botocore"),
    "aws.preflight": (
        "artifacts aws.* config deployment errors events execute names operations regions templates verify.quotas",
        "boto3 botocore"),
    # The local AWS must not lean on what it proves.
    "local.*": ("errors local.*", "boto3 botocore moto urllib3 werkzeug yaml"),
    "local.resources.*": ("local.resources.*", "botocore moto"),
    "local.stacks.*": ("local.query local.resources.handler local.resources.reader local.stacks.* schemas",
        "botocore yaml"),
    "local.stacks.properties": ("local.stacks.dynamic schemas", "regex"),  # AWS's patterns, which `re` does not know
    "local.stacks.backend": ("local.query local.stacks.* local.stacksets.backend", ""),
    "local.stacksets.*": ("local.faults local.query local.stacks.refusal local.stacksets.*", ""),
    "local.stacksets.definitions": ("local.query local.stacks.* local.stacksets.*", ""),
    # Only the command line sees everything.
    "cli.*": ("*", "click"),
    "cli.console": ("*", "click rich"),
}  # fmt: skip

AFTER_BUILD = (
    "config",
    "parameters",
    "deployment",
    "lint",
    "verify",
    "plan",
    "execute",
    "aws.stacksets",
    "text.plan",
    "text.tables",
)
PURE = (
    "assessment",
    "catalog",
    "changes",
    "courses",
    "diff",
    "evaluate",
    "explanation",
    "failures",
    "fates",
    "groups",
    "iam_changes",
    "impact",
    "lanes",
    "losses",
    "names",
    "new_environment",
    "operations",
    "opinions",
    "passages",
    "plan",
    "reach",
    "recheck",
    "replacement",
    "sources",
    "stateful",
    "values",
    "wording",
)
"""Modules that neither read nor write anything, and do not know the time."""

IMPURE = {"datetime", "io", "os", "random", "shutil", "socket", "subprocess", "tempfile", "time"}

LONGEST_MODULE = 300
LONGEST_FUNCTION = 40
MEDIAN_FUNCTION = 9

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def files() -> dict[str, Path]:
    """Every module of the package by its name below `cfngen`; the package itself is `cfngen`."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts) or "cfngen"] = path
    return found


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(files()[module].read_text(encoding="utf-8"))


@cache
def imports(module: str) -> frozenset[str]:
    """What a module imports, wherever it does; ours by their names below `cfngen`."""
    return frozenset(found for node in ast.walk(tree(module)) for found in imported(module, node))


def imported(module: str, node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (below(alias.name) for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        home = package_of(module, node.level) if node.level else []
        base = ".".join([*home, *([node.module] if node.module else [])])
        for alias in node.names:
            inner = below(f"{base}.{alias.name}")
            yield inner if inner in files() else below(base)


def package_of(module: str, level: int) -> list[str]:
    parts = ["cfngen", *([] if module == "cfngen" else module.split("."))]
    is_package = files()[module].name == "__init__.py"
    return parts[: len(parts) - level + is_package]


def below(name: str) -> str:
    return name.removeprefix("cfngen.")


def ours(module: str) -> set[str]:
    return {name for name in imports(module) if name in files() and name != "cfngen"}


def others(module: str) -> set[str]:
    found = {name.partition(".")[0] for name in imports(module) if name not in files()}
    return found - set(sys.stdlib_module_names)


def reached(module: str) -> set[str]:
    """Every module of ours that importing one leads to."""
    found, ahead = {module}, [module]
    while ahead:
        new = ours(ahead.pop()) - found
        found |= new
        ahead += new
    return found


def row(module: str) -> str:
    """The line of the table that governs a module: the most specific one."""
    fitting = [pattern for pattern in TABLE if covers(pattern, module)]
    return max(fitting, key=len, default="")


def covers(pattern: str, module: str) -> bool:
    package = pattern.removesuffix(".*")
    return pattern in ("*", module) or (pattern != package and (module == package or module.startswith(f"{package}.")))


def functions(module: str) -> Iterator[Function]:
    return (node for node in ast.walk(tree(module)) if isinstance(node, Function))


def length(function: Function) -> int:
    return (function.end_lineno or 0) - function.lineno + 1


def public(body: list[ast.stmt], name: str) -> Iterator[tuple[str, Function | ast.ClassDef]]:
    for node in body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            yield f"{name}.{node.name}", node
            if isinstance(node, ast.ClassDef):
                yield from public(node.body, f"{name}.{node.name}")


def test_every_module_is_in_the_table():
    assert [module for module in files() if not row(module)] == []


def test_every_line_of_the_table_is_about_something_that_exists():
    assert [pattern for pattern in TABLE if not any(row(module) == pattern for module in files())] == []


@pytest.mark.parametrize("module", files())
def test_a_module_imports_only_what_the_table_allows(module):
    allowed_ours, allowed_others = (words.split() for words in TABLE[row(module)])
    surplus = {name for name in ours(module) if not any(covers(pattern, name) for pattern in allowed_ours)}
    assert surplus == set(), "of ours"
    assert others(module) - set(allowed_others) == set(), "of others"


def test_no_import_leads_back_to_its_module():
    order = TopologicalSorter({module: ours(module) for module in files()})
    assert len(list(order.static_order())) == len(files())


def test_a_layer_imports_only_earlier_layers():
    order = [f"layers.{name}" for bundle in (BOOTSTRAP, *BUNDLES) for name in bundle.layers]
    later = {
        f"{module} imports {name}"
        for number, module in enumerate(order)
        for name in ours(module)
        if name.startswith("layers.") and name not in order[:number]
    }
    assert later == set()


def test_every_layer_is_in_the_catalog():
    named = {f"layers.{name}" for bundle in (BOOTSTRAP, *BUNDLES) for name in bundle.layers}
    assert {module for module in files() if module.startswith("layers.")} == named


@pytest.mark.parametrize("module", AFTER_BUILD)
def test_nothing_after_build_reaches_troposphere(module):
    assert {name for name in reached(module) if {"troposphere", "awacs"} & others(name)} == set()


@pytest.mark.parametrize("module", [name for name in files() if covers("local.*", name)])
def test_the_local_aws_never_sees_what_it_proves(module):
    forbidden = ("plan", "execute", "operations", "deployment", "aws.*")
    assert {name for name in reached(module) if any(covers(pattern, name) for pattern in forbidden)} == set()


def test_only_aws_and_the_local_aws_speak_to_aws():
    speakers = {module for module in files() if {"boto3", "botocore"} & others(module)}
    assert {module for module in speakers if module.split(".")[0] not in ("aws", "functions", "local")} == set()


@pytest.mark.parametrize("module", PURE)
def test_a_pure_module_has_no_way_to_read_or_write_anything(module):
    assert {name.partition(".")[0] for name in imports(module)} & IMPURE == set()
    named = {node.id for node in ast.walk(tree(module)) if isinstance(node, ast.Name)}
    assert named & {"open", "print", "input", "exec", "eval"} == set()


def test_no_module_is_too_long_to_read_in_one_go():
    lines = {module: len(path.read_text(encoding="utf-8").splitlines()) for module, path in files().items()}
    assert {module: count for module, count in lines.items() if count > LONGEST_MODULE} == {}


def test_no_function_is_too_long_to_read_in_one_go():
    lengths = {f"{module}.{item.name}": length(item) for module in files() for item in functions(module)}
    assert {name: count for name, count in lengths.items() if count > LONGEST_FUNCTION} == {}


def test_the_median_function_is_short(record_property):
    median = statistics.median(length(function) for module in files() for function in functions(module))
    record_property("median function length", median)
    assert median <= MEDIAN_FUNCTION


def test_every_module_says_what_it_is():
    assert [module for module in files() if not ast.get_docstring(tree(module))] == []


def test_every_public_definition_says_what_it_is():
    definitions = (item for module in files() for item in public(tree(module).body, module))
    assert [name for name, node in definitions if not ast.get_docstring(node)] == []


def test_tests_pass_dependencies_in_instead_of_patching_them():
    assert {path.name for path in Path(__file__).parent.rglob("*.py") if patches(path)} == set()


def patches(path: Path) -> bool:
    """Whether a test replaces something inside another module; the environment and folders are its own affair."""
    text = ast.parse(path.read_text(encoding="utf-8"))
    attributes = {ast.unparse(node) for node in ast.walk(text) if isinstance(node, ast.Attribute)}
    modules = {node.module or "" for node in ast.walk(text) if isinstance(node, ast.ImportFrom)}
    modules |= {alias.name for node in ast.walk(text) if isinstance(node, ast.Import) for alias in node.names}
    return bool(
        attributes & {"monkeypatch.setattr", "mocker.patch", "mock.patch"} or modules & {"unittest.mock", "mock"}
    )
