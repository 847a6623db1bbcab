"""What gunicorn is configured with in tests that are not about time.

On a busy machine, all takes long; and to hash a password takes long on purpose.
"""

from __future__ import annotations

import gc
import os

from argon2 import PasswordHasher

from wizard import patience
from wizard.accounts import passwords
from wizard.serving import *  # noqa: F403  (what gunicorn reads)

# A server that is soon stopped spent nearly half its time on looking for garbage in what it had just imported.
gc.set_threshold(50_000, 20, 20)

patience.PATIENCE = float(os.environ["PATIENCE"])
passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def pre_fork(_server: object, _worker: object) -> None:
    """Let no process look through what it shares with the others."""
    gc.freeze()
