"""What an application can listen to. Each signal but the last is sent by a Wizard.

It is sent after the change was saved, and says which ``run`` it is about, by its key; that is empty before anything was
typed. None has an answer in it.

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

#: The summary of all answers is shown.
summary_shown = _signals.signal("summary-shown")

#: The visitor wanted to finish, and an answer is not accepted any more, or ``on_finish`` has refused. ``steps``: the
#: names of the steps in which something is wrong; none where it is the whole.
summary_refused = _signals.signal("summary-refused")

#: Another tab has changed the answer meanwhile, so that the visitor is asked which of the two is meant. ``step``: its
#: name.
answers_differ = _signals.signal("answers-differ")

#: Another request has saved the session first. What this one changes is done again on what that has saved, and its
#: signals are sent then. Sent each time.
conflict = _signals.signal("conflict")

#: An answer has led to another path. ``before``, ``path``: the names of the steps on it, before and by now;
#: ``unused``, ``used``, ``again``: of the answered steps, those that left it, came back to it, or are asked again.
path_changed = _signals.signal("path-changed")

#: The visitor has cleared the answers.
cleared = _signals.signal("cleared")

#: The visitor has saved the answers for later, and is sent a link.
saved = _signals.signal("saved")

#: The visitor came back too late, and begins anew. Sent with each page that says so, until the next answer.
expired = _signals.signal("expired")

#: The flow was finished. ``reference``: the Receipt.
finished = _signals.signal("finished")

#: A store has failed, or did not answer in time. Its sender is which: ``"sqlite"``, ``"postgresql"``, ``"redis"``,
#: ``"folder"`` or ``"bucket"``; another database has a name of its own. It says nothing else.
#: It may be sent outside of a request, such as while mails are sent.
store_failed = _signals.signal("store-failed")
