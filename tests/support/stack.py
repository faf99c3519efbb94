"""What tests of the whole stack need beside the stack itself."""

import subprocess

from parindex.auth.policy import Role
from parindex_embedded.specs import PARINDEX
from parindex_embedded.stack import Stack


def administrator_token(stack: Stack) -> str:
    return token_for(stack, Role.ADMINISTRATOR)


def token_for(stack: Stack, role: Role, *scope: str) -> str:
    """A token from scoring-api's own command, as an operator would make one."""
    words = [PARINDEX, "token", "--role", role.value, "--subject", f"thu-{role.value}", *scope]
    environment = stack.env_of("api-scoring")
    made = subprocess.run(words, check=True, capture_output=True, text=True, env=environment)
    return made.stdout.strip()
