"""What an application can listen to. Each signal is sent by a Wizard, after the change was saved.

None has an answer in it. Each says which ``run`` it is about, by its key; that is empty before anything was typed.

In an entry of a list, ``step`` says its place, such as ``people/3/name``, and ``path`` has the steps of the entry.

In a subscriber, ``request`` and ``session`` are those of the visitor.

>>> from wizard import signals
>>> @signals.finished.connect
... def count(wizard, reference, **more):
...     print(f"{wizard.name} finished: {reference}")
"""

from __future__ import annotations

from blinker import Namespace

_signals = Namespace()

#: A step is shown. ``step``: its name; ``path``: the names of the steps on the path.
step_shown = _signals.signal("step-shown")

#: An answer was accepted. ``step``: its name; ``path``: the names of the steps on the path by now.
step_answered = _signals.signal("step-answered")

#: What was typed was not accepted. ``step``: its name; ``fields``: the names of the fields with an error.
step_refused = _signals.signal("step-refused")

#: An answer has led to another path. ``before``, ``path``: the names of the steps on it, before and by now;
#: ``unused``, ``used``, ``again``: of the answered steps, those that left it, came back to it, or are asked again.
path_changed = _signals.signal("path-changed")

#: The visitor has cleared the answers.
cleared = _signals.signal("cleared")

#: The visitor came back too late, and begins anew. Sent with each page that says so, until the next answer.
expired = _signals.signal("expired")

#: The flow was finished. ``reference``: the Receipt.
finished = _signals.signal("finished")
