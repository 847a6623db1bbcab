"""What the visitors of every peer type, step by step."""

from __future__ import annotations

#: Signs the cookies of every peer.
KEY = "for the benchmark alone, and as long as a key has to be"

#: By the name of a step, what is typed into its fields.
Answers = dict[str, dict[str, str]]

SIGNUP: Answers = {
    "account": {"email": "ada@example.com", "username": "ada"},
    "profile": {"full_name": "Ada Lovelace", "date_of_birth": "1980-03-31", "country": "GB"},
    "plan": {"plan": "team"},
    "security": {"password": "three random words", "accept_terms": "y"},
}

#: What the first step of the signup refuses.
REFUSED = {"email": "nobody", "username": ""}

#: A step with a condition stands after every nine others, and reads the answer to the one before it.
CONDITION_EVERY = 10

#: How many steps the long flow in sections has, and how many sections.
SECTIONED, SECTIONS = 300, 40


def has_condition(number: int) -> bool:
    """Whether the step of that number, counted from 1, has a condition."""
    return number % CONDITION_EVERY == 0


def of_long_flow(steps: int) -> Answers:
    """Return what is typed in a flow of so many steps, of one field each."""
    return {f"s{number}": {"text": f"Answer to question {number}"} for number in range(1, steps + 1)}
