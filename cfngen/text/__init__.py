"""What people read, as lines and tables without any colour; `cfngen.cli` prints them."""
