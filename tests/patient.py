"""What gunicorn is configured with in tests that are not about time: on a busy machine, all takes long."""

from __future__ import annotations

import os

from wizard import patience
from wizard.serving import *  # noqa: F403  (what gunicorn reads)

patience.PATIENCE = int(os.environ["PATIENCE"])
