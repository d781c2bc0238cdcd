"""Who may open a connection to whom, as the templates' gateways, routes, ACLs and security groups decide it.

`members` says who is in a network, `groups`, `acls` and `routes` what each fence lets through,
`paths` what all of them let through together, and `flows` what is meant to pass.
"""
