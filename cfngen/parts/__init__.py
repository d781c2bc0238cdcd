"""Plain functions that make several resources, statements or attributes, used by three layers or more."""
