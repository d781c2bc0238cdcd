"""Our own cfn-lint rules: one file, one id, one test each.

`cfngen lint` hands this folder to cfn-lint, which loads every file whose name does not begin with
an underscore; `_values.py` and its neighbours are what the rules are written with. Because cfn-lint
loads a file without its package, rules import with full names (`from cfngen.rules import _values`).

Ids are E91xx and E92xx: cfn-lint keeps the 9000s for its users' rules.
"""
