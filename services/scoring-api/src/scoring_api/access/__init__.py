"""Accounts and the tokens they are given; what a role may do stands in `parindex.auth.policy`."""
