"""Environment files: read safely, every mistake answered, every value with its origin."""
