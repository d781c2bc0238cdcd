"""`python -m tests.mutation`: weaken every template in every way, and print who noticed; `--page` writes the page."""

from __future__ import annotations

import os
import sys

from .page import PAGE, page
from .report import everything, scores, survivors


def main() -> int:
    if sys.argv[1:] == ["--page"]:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    found = everything(os.cpu_count() or 1)
    for title, key in (("resource type", "type"), ("class of property", "property_class")):
        sys.stdout.write(f"{title:50} caught  weakenings\n")
        for name, caught, total in scores(found, key):
            sys.stdout.write(f"{name:50} {caught:6}  {total:10}\n")
        sys.stdout.write("\n")
    left = survivors(found)
    sys.stdout.writelines(f"survived: {line}\n" for line in left)
    caught = len(found) - len(left)
    sys.stdout.write(f"{caught} of {len(found)} weakenings caught, {100 * caught / max(len(found), 1):.1f} %\n")
    return 1 if left or not found else 0


if __name__ == "__main__":
    sys.exit(main())
