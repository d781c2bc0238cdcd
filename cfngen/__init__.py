"""cfngen: one description in Python, CloudFormation for every account and region.

| stage | in | out | reads disk | calls AWS | changes AWS |
| --- | --- | --- | --- | --- | --- |
| load | params/*.yaml | Environment | yes | no | no |
| compose | layers | templates | no | no | no |
| lint, verify | templates, Environment | findings | yes | no | no |
| observe | stack set names | Observed | no | yes | no |
| plan | wanted, observed | Plan | no | **no** | no |
| execute | Plan | events | no | yes | yes |

Modules hold one stage each: `config`, `bundle`, `lint`, `verify`, `aws`, `plan`, `execute`.
"""

__version__ = "0.1.0"
