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
    # what: (may import of ours, may import of others). `x.*` is everything in the package x and x itself;
    # what is in the same package needs no more than its own name.
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
    "layer": ("templates", "troposphere"),
    "facts": ("layer", ""),
    "parts.*": ("layer facts names parts.*", "troposphere awacs"),
    "layers.*": ("layer facts names parts.* layers.*", "troposphere awacs"),
    "functions.*": ("", "boto3 botocore"),  # what runs on AWS: their text goes into templates
    "bundle": ("catalog errors facts layer layers.* parts.metadata templates wiring", "troposphere"),
    "wiring": ("catalog errors layer regions templates", "troposphere"),
    # Template files: after build, everything reads them and nothing reads Python.
    "templates": ("errors", "yaml"),
    "files": ("errors", ""),
    "artifacts": ("templates", "yaml"),
    "schemas": ("", ""),
    # Environments.
    "environment": ("", ""),
    "environment.document": ("errors wording", "yaml"),
    "environment.shape": ("catalog document errors regions wording", "pydantic"),
    "environment.mistakes": ("catalog document errors regions wording", ""),
    "environment.sourced": ("document errors wording", ""),
    "environment.config": ("catalog document errors mistakes regions shape sourced wording", ""),
    "environment.addresses": ("errors sourced wording", ""),
    "environment.declarations": ("errors sourced wording", ""),
    "environment.parameters": ("addresses catalog config declarations errors sourced templates wording", ""),
    "environment.offers": ("config errors parameters schemas templates wording", ""),
    "environment.schema": ("declarations document regions templates", ""),
    "environment.new_environment": ("addresses catalog config errors mistakes shape", ""),
    # Judgement, over files.
    "rules.*": ("errors rules.* templates", "cfnlint"),
    "lint": ("errors files findings rules.*", "cfnlint"),
    "expressions": ("", ""),
    "expressions.values": ("", ""),
    "expressions.evaluate": ("values", ""),
    "expressions.nested": ("evaluate templates values", ""),
    "verify.*": (
        ("catalog environment.config deployment environment.document errors expressions.evaluate findings "
         "late names expressions.nested environment.offers environment.parameters schemas templates expressions.values "
         "verify.* wording"),
        ""),
    # What is kept between runs: light until something has to be found anew, then each answer's own way.
    "cache": ("", ""),
    "answers": (
        ("artifacts bundle cache deployment environment.config environment.schema errors files findings lint templates "
         "verify"),
        ""),
    "evidence": ("environment.document rule_texts templates verify.*", ""),
    # Pictures and the page, over the same files.
    "picture.*": ("environment.config errors picture.* expressions.values verify.*", ""),
    "page.*": (
        ("environment.config errors expressions.evaluate expressions.nested page.* environment.parameters "
         "picture.* planning.changes planning.losses environment.sourced templates expressions.values verify.*"),
        ""),
    "page.html": ("page.content", "jinja2 markupsafe"),
    # What a name means, from files alone.
    "rule_texts": ("", ""),
    "explanation": ("catalog errors rule_texts templates wording", ""),
    # What is wanted, what is there, what to do about it.
    "deployment": (
        "artifacts catalog environment.config environment.offers errors names environment.parameters templates",
        ""),
    "late": ("deployment errors", ""),
    "registrar": ("errors", "dns"),
    # What a plan does to resources.
    "planning": ("", ""),
    "planning.changes": ("deployment", ""),
    "planning.diff": ("changes expressions.values", ""),
    "planning.reach": ("diff expressions.nested templates", ""),
    "planning.sources": ("changes diff errors reach templates", ""),
    "planning.replacement": ("changes diff expressions.values schemas", ""),
    "planning.stateful": ("", ""),
    "planning.fates": ("changes diff expressions.values replacement", ""),
    "planning.impact": (
        ("changes diff expressions.evaluate expressions.nested expressions.values fates replacement sources "
         "stateful templates"),
        ""),
    "planning.iam_changes": ("changes diff expressions.evaluate expressions.nested expressions.values", ""),
    "planning.courses": ("deployment operations sources", ""),
    "planning.passages": (
        "changes courses diff expressions.nested expressions.values fates iam_changes impact reach templates",
        ""),
    "planning.assessment": ("changes courses deployment errors names operations passages reach sources", ""),
    "planning.groups": ("changes deployment", ""),
    "planning.opinions": ("changes deployment", ""),
    "planning.losses": ("changes deployment errors operations wording", ""),
    "planning.promotions": ("deployment errors operations", ""),
    "planning.recheck": ("deployment late losses operations", ""),
    "planning.operations": ("artifacts changes deployment", ""),
    "planning.plan": ("assessment courses deployment errors groups late operations", ""),
    "execution.releases": ("deployment late planning.operations", ""),
    # Carrying it out.
    "execution": ("", ""),
    "execution.drift": ("deployment", ""),
    "execution.events": ("deployment planning.operations", ""),
    "execution.status": ("deployment events planning.operations releases standing", ""),
    "execution.failures": ("", ""),
    "execution.leavings": ("deployment", ""),
    "execution.lanes": ("deployment planning.operations", ""),
    "execution.standing": ("deployment errors events planning.operations releases", ""),
    "execution.watch": ("deployment events planning.operations", ""),
    "execution.execute": ("artifacts deployment errors events failures lanes planning.operations watch", ""),
    "text.*": (
        ("planning.changes environment.config deployment execution.drift errors execution.events "
         "execution.execute execution.leavings explanation findings late planning.losses planning.operations "
         "planning.opinions execution.releases execution.status templates text.* wording"),
        ""),
    "aws.*": (
        ("artifacts aws.* planning.changes environment.config deployment execution.drift errors "
         "execution.events execution.execute execution.failures execution.leavings late names planning.operations "
         "planning.opinions "
         "execution.releases planning.sources execution.standing templates"),
        "boto3 botocore"),
    "aws.preflight": (
        ("artifacts aws.* environment.config deployment errors execution.events execution.execute names "
         "planning.operations regions templates verify.claims verify.quotas"),
        "boto3 botocore"),
    "aws.presence": ("aws.* deployment errors verify.claims verify.quotas", "botocore"),
    # The local AWS must not lean on what it proves.
    "local.*": ("errors local.*", "boto3 botocore moto urllib3 werkzeug yaml"),
    "local.resources.*": ("local.resources.*", "botocore moto"),
    "local.stacks.*": (
        "local.query local.resources.handler local.resources.reader local.stacks.* schemas",
        "botocore yaml"),
    "local.stacks.properties": ("local.stacks.dynamic schemas", "regex"),  # AWS's patterns, which `re` does not know
    "local.stacks.backend": ("local.query local.stacks.* local.stacksets.backend", ""),
    "local.stacksets.*": ("local.faults local.query local.stacks.refusal local.stacksets.*", ""),
    "local.stacksets.definitions": ("local.query local.stacks.* local.stacksets.*", ""),
    # Only the command line sees everything.
    "cli.*": ("*", "click"),
    "cli.board": ("*", "click rich"),
}  # fmt: skip

AFTER_BUILD = (
    "environment.config",
    "environment.parameters",
    "deployment",
    "lint",
    "verify",
    "planning.plan",
    "execution.execute",
    "aws.stacksets",
    "text.plan",
    "text.tables",
)
PURE = (
    "planning.assessment",
    "catalog",
    "planning.changes",
    "planning.courses",
    "planning.diff",
    "expressions.evaluate",
    "explanation",
    "execution.failures",
    "execution.leavings",
    "planning.fates",
    "planning.groups",
    "planning.iam_changes",
    "planning.impact",
    "execution.lanes",
    "planning.losses",
    "names",
    "environment.new_environment",
    "planning.operations",
    "planning.opinions",
    "planning.passages",
    "planning.plan",
    "planning.promotions",
    "planning.reach",
    "planning.recheck",
    "planning.replacement",
    "planning.sources",
    "planning.stateful",
    "expressions.values",
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
    home = module.rpartition(".")[0]
    allowed_ours += [f"{home}.{pattern}" for pattern in allowed_ours if home]
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
    forbidden = ("planning.*", "execution.*", "deployment", "aws.*")
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
