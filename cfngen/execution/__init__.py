"""Carrying out a plan, watching it to its end, and telling what is deployed where."""
