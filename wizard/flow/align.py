"""Align: brings the answer to a step with a field for each entry of a list to the entries that are there now."""

from __future__ import annotations

from secrets import token_urlsafe

from .derived import NEVER, is_refused
from .each import key_reads
from .path import Path
from .run import Run
from .steps import Step
from .typed import Speaking

#: Noted as the stamp of the entries where one of them has no valid answer.
_INCOMPLETE = ""


def align(run: Run, path: Path, step: Step, speak: Speaking) -> None:
    """Take the answer to ``step`` for the entries that are there now, from what was typed for each.

    What belongs to one that is gone goes, and comes back with it. Where nothing was typed for one of them, or the step
    does not accept what is left, it is asked again.
    """
    old, earlier = run.note(step.name).get("reads", {}), path.earlier(step)
    keys = key_reads(step)
    if all(earlier.is_unchanged({read: old.get(read, _INCOMPLETE)}) for read in keys):
        return
    answer, typed = run[step.name], run.typed(step) or {}
    found = step.recheck(earlier, answer, typed, speak)
    if found.errors:
        reads = {**old, **dict.fromkeys(keys, _INCOMPLETE), **NEVER}
    else:
        answer = found.answer
        # What was taken back for another reason is still to be given again.
        is_back = is_refused(old) and _INCOMPLETE not in [old.get(read) for read in keys]
        reads = {**earlier.reads, **(NEVER if is_back else {})}
    revision = run.revision(step.name) or token_urlsafe(6)
    run.accept(step, answer, typed, revision=revision, reads=reads, draft="")
    path.accept(step, run.answers, run.reads)
