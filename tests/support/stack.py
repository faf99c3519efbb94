"""What tests of the whole stack need beside the stack itself."""

import subprocess

from parindex_embedded.specs import PARINDEX
from parindex_embedded.stack import Stack


def administrator_token(stack: Stack) -> str:
    """A token from scoring-api's own command, as an operator would make one."""
    words = [PARINDEX, "token", "--role", "administrator", "--subject", "quan-tri"]
    environment = stack.env_of("api-scoring")
    made = subprocess.run(words, check=True, capture_output=True, text=True, env=environment)
    return made.stdout.strip()
