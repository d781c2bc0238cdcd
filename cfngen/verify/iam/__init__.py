"""Who may do what: IAM's evaluation of policies, over templates whose names and ids are not known yet.

AWS's rules: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html. No
library for Python evaluates policies whose values are references, so answers here are yes, no or maybe.
"""
