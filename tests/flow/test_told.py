"""What a run tells the visitor, and where."""

from __future__ import annotations

from wizard.flow import Run


def test_what_is_told_stands_on_one_page():
    """That which comes next, until there is something new; that a run has expired stands on each."""
    run = Run({}, "signup")
    run.tell_at("plan")
    run.tell(expired=True)
    run.tell_at("plan")
    assert run.notice == {"expired": True}
    run.tell(unused=["team"])
    run.tell_at("plan")
    run.tell_at("summary")
    assert run.notice["at"] == "plan"
    run.tell(kept=["team"])
    run.tell_at("summary")
    assert run.notice == {"expired": True, "unused": ["team"], "kept": ["team"], "at": "summary"}
