"""The layers: one module per child template."""
