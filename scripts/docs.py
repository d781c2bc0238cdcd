"""The generated parts of the documentation, between markers: `docs.py` rewrites them, `docs.py --check` compares.

What a document says about commands, layers, rules and the local AWS is taken from the code, and so is the
README's picture. Its source is compared; it is drawn again, by Graphviz, only when that has changed.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType

import click
import reference
import requirements  # beside this file, like reference
from cfnlint.rules import CloudFormationLintRule
from reference import one_line, table

from cfngen import layers
from cfngen.catalog import BOOTSTRAP, BUNDLES
from cfngen.cli.main import cli
from cfngen.evidence import compliance_rows, suppression_rows
from cfngen.evidence import requirements as compliance_requirements

DOCUMENTS = (Path("README.md"), *sorted(Path("docs").rglob("*.md")))
PICTURE = Path("docs/pictures/prod")
BLOCK = re.compile(r"(?P<begin><!-- generated: (?P<name>[a-z-]+) -->\n).*?(?P<end><!-- /generated -->)", re.DOTALL)
NOT_REPRESENTED = "Not represented: "


def main() -> int:
    """Write what differs, or with --check name it and return 1."""
    check = sys.argv[1:] == ["--check"]
    old = {path: path.read_text(encoding="utf-8") for path in DOCUMENTS}
    new = {path: filled(text) for path, text in old.items()}
    changed = [path for path in DOCUMENTS if old[path] != new[path]]
    for path in changed:
        if not check:
            path.write_text(new[path], encoding="utf-8")
    pictures = draw(check=check)
    for path in (*changed, *pictures):
        sys.stderr.write(f"{path}: {'is out of date; run `make docs`' if check else 'rewritten'}\n")
    return 1 if check and (changed or pictures) else 0


def draw(*, check: bool) -> list[Path]:
    """Return the picture's files that are not as they should be, written unless only checked."""
    source, drawn = PICTURE.with_suffix(".dot"), PICTURE.with_suffix(".svg")
    wanted = output("diagram", "prod", "--format", "dot")
    if drawn.exists() and source.exists() and source.read_text(encoding="utf-8") == wanted:
        return []
    if not check:
        drawn.write_text(output("diagram", "prod", "--format", "svg"), encoding="utf-8")
        source.write_text(wanted, encoding="utf-8")
    return [source, drawn]


def output(*words: str) -> str:
    """Return what a command of cfngen prints; ends with its message where it fails."""
    done = subprocess.run([sys.executable, "-m", "cfngen", *words], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout


def filled(text: str) -> str:
    """Return a document with each generated block as it should be now."""
    return BLOCK.sub(lambda found: f"{found['begin']}{GENERATED[found['name']]()}\n{found['end']}", text)


def bundle_table() -> str:
    """Return the bundles in order of deployment."""
    every = (BOOTSTRAP, *BUNDLES)
    rows = [(f"`{item.name}`", item.summary, item.scope.value, ", ".join(item.layers)) for item in every]
    return table(("bundle", "what it is for", "instances", "layers, in build order"), rows)


def layer_table() -> str:
    """Return the layers with the first line of their docstrings."""
    home = Path(layers.__file__).parent
    rows = []
    for bundle in (BOOTSTRAP, *BUNDLES):
        for name in bundle.layers:
            parsed = ast.parse((home / f"{name}.py").read_text(encoding="utf-8"))
            summary = (ast.get_docstring(parsed) or "").partition("\n")[0]
            rows.append((f"`{name}`", f"`{bundle.name}`", summary))
    return table(("layer", "bundle", "what it makes"), rows)


def help_text() -> str:
    """Return what `cfngen --help` prints on a terminal of 80 columns."""
    context = click.Context(cli, info_name="cfngen", terminal_width=78, **cli.context_settings)
    return f"```text\n{cli.get_help(context)}\n```"


def rule_table() -> str:
    """Return cfngen's own lint rules, with the page that each is founded on."""
    rows = []
    for rule in sorted(rules(), key=lambda rule: str(rule.id)):
        what = f"[{rule.shortdesc}]({rule.source_url})" if rule.source_url else str(rule.shortdesc)
        rows.append((str(rule.id), what, one_line(rule.description), one_line(inspect.getdoc(rule) or "")))
    return table(("id", "what must hold", "what is checked", "why"), rows)


def rules() -> Iterator[type[CloudFormationLintRule]]:
    """Yield the rule classes of `cfngen.rules`."""
    for module in modules("cfngen.rules"):
        for value in vars(module).values():
            if inspect.isclass(value) and value.__module__ == module.__name__ and hasattr(value, "shortdesc"):
                yield value


def local_table() -> str:
    """Return the resource types of the local AWS by module, with what each module leaves out."""
    rows = []
    for module in modules("cfngen.local.resources"):
        types = vars(module).get("HANDLERS", {})
        if types:
            paragraphs = inspect.cleandoc(module.__doc__ or "").split("\n\n")
            missing = [item.removeprefix(NOT_REPRESENTED) for item in paragraphs if item.startswith(NOT_REPRESENTED)]
            names = ", ".join(sorted(name.removeprefix("AWS::") for name in types))
            rows.append((names, one_line(" ".join(missing)) or "–"))
    return table(("`AWS::` …", "not represented"), sorted(rows))


def requirement_table() -> str:
    """Return the requirements with layers, resources and tests, a heading for each part."""
    blocks: dict[str, list[tuple[str, ...]]] = {}
    for row in (row for row in requirements.read() if row.counts):
        layers_of: dict[str, list[str]] = {}
        for name in row.resources:
            layer, _, logical_id = name.partition(".")
            layers_of.setdefault(layer, []).append(f"`{logical_id}`")
        built = "; ".join(f"`{layer}`: {', '.join(names)}" for layer, names in layers_of.items())
        tests = ", ".join(
            f"[{name.partition('::')[2] or name}](../tests/{name.partition('::')[0]})" for name in row.tests
        )
        blocks.setdefault(row.part, []).append((f"{row.what} ({row.how})" if row.how else row.what, built, tests))
    head = ("requirement", "layer: resources", "tests")
    return "\n\n".join(f"## {part}\n\n{table(head, rows)}" for part, rows in blocks.items())


def fault_example() -> str:
    """Return the example of a faults file from the docstring of its module."""
    paragraphs = inspect.cleandoc(importlib.import_module("cfngen.local.faults").__doc__ or "").split("\n\n")
    return f"```yaml\n{inspect.cleandoc(paragraphs[1])}\n```"


def compliance_tables() -> str:
    """Return a table for each law or benchmark, with what answers each requirement and what guards that."""
    head = ("id", "requirement", "answered by", "guarded by", "left to people")
    found = compliance_requirements().items()
    return "\n\n".join(f"## {law}\n\n{table(head, compliance_rows(rows))}" for law, rows in found)


def suppression_table() -> str:
    """Return every finding of a judge that is accepted, with the reason."""
    return table(("judge", "rule", "resources", "reason"), suppression_rows())


def modules(package: str) -> Iterator[ModuleType]:
    """Import and yield the modules of a package, by name."""
    home = importlib.import_module(package)
    for info in pkgutil.iter_modules(home.__path__):
        yield importlib.import_module(f"{package}.{info.name}")


GENERATED: Mapping[str, Callable[[], str]] = {
    "bundles": bundle_table,
    "layers": layer_table,
    "help": help_text,
    "rules": rule_table,
    "local-aws": local_table,
    "faults": fault_example,
    "requirements": requirement_table,
    **reference.GENERATED,
    "compliance": compliance_tables,
    "suppressions": suppression_table,
}

if __name__ == "__main__":
    sys.exit(main())
