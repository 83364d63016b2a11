"""The command `cpq`: each command in the file named after its subject, loaded when it is called.

Exit codes: 0 ok, 1 findings in the user's files or requests, 2 wrong usage.
"""

from api.commands.main import main

__all__ = ["main"]
