"""cfngen: one description in Python, CloudFormation for every account and region.

| stage | in | out | reads disk | calls AWS | changes AWS |
| --- | --- | --- | --- | --- | --- |
| load | params/*.yaml | Environment | yes | no | no |
| compose | layers | templates | no | no | no |
| lint, verify | templates, Environment | findings | yes | no | no |
| observe | stack set names | Observed | no | yes | no |
| plan | wanted, observed | Plan | no | **no** | no |
| execute | Plan | events | no | yes | yes |

A stage is a module or a package: `environment`, `bundle`, `lint`, `verify`, `deployment` (what is
wanted), `aws`, `planning`, `execution`. `layers` and `parts` are the infrastructure itself, `local` the
local AWS, `text`, `page` and `picture` what people see, and `cli` the commands.
"""

__version__ = "0.1.0"
