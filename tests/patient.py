"""What gunicorn is configured with in tests that are not about time.

On a busy machine, all takes long; and to hash a password takes long on purpose.
"""

from __future__ import annotations

import os

from argon2 import PasswordHasher

from wizard import patience
from wizard.accounts import passwords
from wizard.serving import *  # noqa: F403  (what gunicorn reads)

patience.PATIENCE = int(os.environ["PATIENCE"])
passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
