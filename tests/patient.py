"""What gunicorn is configured with in tests that are not about time.

On a busy machine, all takes long; and to hash a password takes long on purpose.
"""

from __future__ import annotations

import os

from argon2 import PasswordHasher

from wizard import patience
from wizard.serving import *  # noqa: F403  (what gunicorn reads)
from wizard.signup import accounts

patience.PATIENCE = int(os.environ["PATIENCE"])
accounts._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
