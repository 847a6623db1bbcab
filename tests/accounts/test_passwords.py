"""How hard a password is to guess, and what it costs to find out."""

from __future__ import annotations

import random
import string
import threading

import pytest
from zxcvbn.matching import L33T_TABLE, enumerate_l33t_subs, relevant_l33t_subtable

from wizard.accounts import passwords

#: Every digit and sign that can be read as a letter: as one word or another, they have thousands of readings.
SIGNS = "4@8({[<3691!|70$5+%2"

WORDS = ["correct", "horse", "battery", "staple", "the", "a", "an", "password", "dr4gon", "m0nkey", "1990", "qwerty"]


def hostile():
    """Passwords of 8 to 200 characters, made to be expensive."""
    rnd = random.Random(11)
    alphabets = [
        SIGNS,
        "4a@A",
        "0123456789",
        "12",
        string.ascii_lowercase,
        string.printable[:94],
        "ßſ\u212a\u0130",
        "٠١٢٣",
    ]
    for size in (8, 16, 24, 40, 72, 120, 200):
        for unit in [SIGNS, "a", "aab", "1.1.91", "01011990", "qwertyuiop", "1qaz2wsx", *WORDS]:
            yield (unit * size)[:size]
            yield (unit + SIGNS * size)[:size]
            yield (SIGNS + unit * size)[:size]
        for alphabet in alphabets:
            yield "".join(rnd.choice(alphabet) for _ in range(size))
        for _ in range(5):
            yield "".join(rnd.choice([*WORDS, rnd.choice(SIGNS)]) for _ in range(size))[:size]


def test_whatever_is_typed_the_estimator_is_given_little(monkeypatch):
    """It tries every way to read signs as letters, at every place: that is what has to be bounded."""
    given = []
    monkeypatch.setattr(passwords, "zxcvbn", lambda text, user_inputs: given.append(text) or {"score": 0})
    for password in hostile():
        given.clear()
        passwords.strength(password)
        assert 1 <= len(given) <= passwords.MOST_PIECES
        assert password.startswith("".join(given))
        for text in given:
            assert 1 <= len(text) <= passwords.MOST_OF_A_PIECE
            assert passwords.tries(text) <= passwords.MOST_TRIES


def test_the_ways_to_read_a_text_are_not_counted_too_low():
    """Against zxcvbn's own list of them."""
    for password in hostile():
        text = password[:10]
        ways = len(enumerate_l33t_subs(relevant_l33t_subtable(text, L33T_TABLE)))
        assert len(text) ** 2 * ways <= passwords.tries(text)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "three random words" * 3 + " and one more",
        "ha " * 30 + "and then the elephant flew over the river",
        SIGNS * 3 + " the elephant flew over the river",
        "".join(random.Random(5).choices(SIGNS, k=60)),
        "".join(random.Random(6).choices(string.printable[:94], k=200)),
        "Дюжина слонов летела над рекой, и никто не удивился этому",
        "象が川の上を飛んでいたが誰も驚かなかったので私は帰った",
    ],
)
def test_a_long_password_is_strong_wherever_its_strength_is(password):
    """No bound makes it weak."""
    assert passwords.strength(password) == 4


@pytest.mark.parametrize(
    "password",
    [
        "a" * 200,
        "password" * 25,
        "sunshine1" * 20,
        "qwertyuiop" * 20,
        "P@ssw0rd!1",
        "monkey1" * 9,
        "01011990" * 9,
        SIGNS[:1] * 99,
    ],
)
def test_repeating_what_is_weak_makes_nothing_strong(password):
    """However often, and wherever the last repetition ends."""
    assert passwords.strength(password) < 2
    assert passwords.strength(password[:-3]) < 2


def test_what_a_visitor_has_said_is_guessed_first():
    """Their own name is no secret."""
    assert passwords.strength("wolfeschlegel", ["Wolfeschlegel"]) == 0
    assert passwords.strength("wolfeschlegel") > 1


def test_the_words_of_one_visitor_are_not_used_for_another(monkeypatch):
    """zxcvbn keeps them in a global, so that two of them at once would be mixed up."""
    inside, most = [], []

    def slow(text, user_inputs):
        inside.append(text)
        most.append(len(inside))
        reached.wait(0.05)
        inside.pop()
        return {"score": 0}

    reached = threading.Event()
    monkeypatch.setattr(passwords, "zxcvbn", slow)
    threads = [threading.Thread(target=passwords.strength, args=("x",)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1, 1, 1]
