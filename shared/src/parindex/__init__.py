"""What the three services share: pure kernel, wire contracts, and one way to reach each outside part."""
