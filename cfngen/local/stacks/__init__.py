"""CloudFormation's stacks, as the local AWS plays them: templates in, resources made by handlers, events out.

`engine` starts creates, updates and deletes; `api` answers CloudFormation's actions with them; `backend` makes the
stacks of stack sets. Nothing here knows a service: resources are made by the handlers that `World` carries, and what
must be looked up (templates in S3, SSM parameters, secrets, zones) comes through it too.

Machines do not boot here: `CreationPolicy` and `UpdatePolicy` are accepted and have no effect, a wait condition is
met at once, and a resource is complete when its handler returns. Transforms, exports and custom resources are refused.
"""
