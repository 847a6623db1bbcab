"""Finishing: claim a run, call ``on_finish`` with its frozen answers, and end it."""

from __future__ import annotations

import time
from contextlib import suppress
from copy import deepcopy
from typing import Any

from flask import current_app

from .. import signals
from ..errors import Refused, StoreError, TooLarge
from ..flow import Run
from .receipt import receipt_of
from .visit import Visit


def finish(visit: Visit) -> dict[str, str]:
    """Finish the run of ``visit``, and return its Receipt.

    The claim is saved first, so that the answers stay as they are while ``on_finish`` runs. A visitor who presses the
    button again meanwhile, or after a crash, joins the claim: the same key comes with the same answers.

    :raises Conflict: before ``on_finish`` is called, when another request has saved the session: do the visit again.
    :raises Refused: when ``on_finish`` refuses. The answers can be changed again, unless another attempt is under way.
    """
    run, site = visit.run, visit.site
    key = run.key
    claim, attempt = run.claim.joined(time.time())
    run.put_claim(claim, given=True)
    visit.save()
    answers = deepcopy({step.name: run[step.name] for step in visit.path.steps}) | visit.path.values_before()
    try:
        receipt = receipt_of(site.name, "on_finish", current_app.ensure_sync(site.on_finish)(answers, key))
    except Refused:
        visit.change_after(lambda run: _put(run, key, run.claim.without(attempt)))
        raise
    except BaseException:
        with suppress(StoreError, TooLarge):
            visit.change_after(lambda run: _put(run, key, run.claim.failed(attempt)))
        raise
    visit.change_after(lambda run: run.finish(key, receipt))
    visit.tells(signals.finished, run=key, reference=receipt.get("reference", ""))
    return {"run": key, **receipt}


def _put(run: Run, key: str, claim: Any) -> None:
    # It may have been cleared meanwhile, and another one begun.
    if run.key == key:
        run.put_claim(claim)
