"""The bench: speed budgets, each beside a yardstick of the same run. `make bench`."""
