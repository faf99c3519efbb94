"""What happens to a framework in one transaction: drafted, published."""
