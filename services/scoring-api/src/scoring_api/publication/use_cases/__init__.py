"""Finalizing, publishing and importing editions."""
