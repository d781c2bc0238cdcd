"""The report: one static page about an environment, from its templates, its file and the proofs.

`content` is what a page may say, one module per section gathers it, `report` puts the sections in order and `html`
writes them.
"""
