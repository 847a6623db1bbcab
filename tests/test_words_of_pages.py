"""The words that visitors read, in each language: those that we do not use, and how they are set."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import wizard

FOLDER = Path(wizard.__file__).parent / "translations"

#: What no message says, as a pattern, with what it says instead. Small letters match large ones, too.
UNUSED = {
    "en": {
        r"the person\b": "Say “they”, or whose it is: nobody is “the person” to a friend.",
        r"of the list": "from the list",
        r"\b(go|goes|went|going) on\b": "continue",
        r"\banew\b": "again",
        r"\bbegun|began\b": "started",
        r"\berased?\b": "deleted",
        r"\bmails?\b(?! server)": "email",
        r"\bsomebody|anybody\b": "someone, anyone",
        r"\bbeside\b": "as well as",
        r"\bjust now\b": "right now, or “has just been”",
        r"\bneed do nothing\b": "you can ignore it",
        r"\bat most\b": "up to, or fewer",
        r"\bby now\b": "now",
        r"\b(in|on|from|of|by|for|to|with) which\b|\bwhom\b": "Two sentences: nobody says “on which you saved”.",
        r"\bmistyped\b": "Entered by mistake: the word blames.",
        r"\bnot kept\b": "not saved",
        r"\bsent an? \w+ just\b": "We’ve just sent",
        r"\bnot a valid\b|\binvalid\b": "Say what to do.",
        r"n’t\b": "Write “not” in full: it is easily missed.",
        r"\bclick\b|\btap\b": "select",
        r"\bplease\b|\bsorry\b|\boops\b": "Leave it out: it does not help.",
        r"\bpage of your account\b": "account page",
    },
    "de": {
        r"freiwillig": "optional",
        r"\bZahl der\b": "Anzahl der",
        r"\bderen\b": "Zwei Sätze statt eines Relativsatzes.",
        r"Was wir fragen": "Das brauchen wir von Ihnen",
        r"bleibt liegen": "Sagen, was damit geschieht.",
        r"\bAntwort(en)?\b": "Angaben",
        r"(?<!E-)\bMails?\b": "E-Mail",
        r"\b(ge)?schick(en|t|e)\b": "senden",
        r"\berstellen\b": "anlegen",
        r"\bprobiert\b": "versucht",
        r"\bVerborgen\b": "Wird nicht angezeigt",
        r"\bPrivat\b": "Persönlich",
        r"\b(die|der) Person\b": "Sagen, um wen es geht.",
        r"\bvertippt\b": "versehentlich eingegeben: niemand wird beschuldigt",
        r"\bwaren zu lange\b|\bzu lange (weg|geöffnet)\b": "ist abgelaufen",
        r"\bungültig|keine gültige\b": "Sagen, was zu tun ist.",
        r"\bklick": "wählen",
        r"\b(du|dich|dir|dein\w*)\b": "Sie",
    },
    "es": {
        r"\bOculto\b": "No se muestra: no depende del género",
        r"Invite a personas": "Invite a su equipo",
        r"\bfactura mensual\b": "facturación mensual",
        r"\bintroduzca(lo)?\b": "escriba",
        r"\bclaves?\b": "contraseña, o llave de acceso",
        r"\bentre con\b|\bentrar(á)?\b": "iniciar sesión",
        r"\b(a|de) la persona\b": "Decir de quién se trata.",
        r"\bha estado fuera\b": "han caducado",
        r"\b(Añadido|Cambiado|Quitado): %": "Entrada añadida: no depende del género de la entrada",
        r"\bno válid[ao]\b|\binválid[ao]\b": "Decir qué hay que hacer.",
        r"\bclic\b|\bpulse\b|\bpinche\b": "elegir",
        r"\bse equivocó al escribir\b|\bse ha equivocado\b": "por error: nadie tiene la culpa",
        r"\b(tú|tu|tus|ti)\b": "usted",
    },
}

#: How a sentence begins that tells somebody off.
BLAME = {
    "en": r"You (were|did not|have not|must not|failed|forgot|typed|entered|took)\b",
    "de": r"Sie (waren|haben (nicht|kein|falsch|vergessen)|hätten|dürfen nicht)\b",
    "es": r"(Ha estado|No ha|Usted no ha|Ha olvidado|Se ha equivocado|No debe)\b",
}

#: The marks that quote, and those of the others.
QUOTES = {"en": ("“", "”", "„«»"), "de": ("„", "“", "”«»"), "es": ("«", "»", "“”„")}


def messages(language: str) -> list[str]:
    """Return what visitors read in that language."""
    locale = "de" if language == "en" else language
    with (FOLDER / locale / "LC_MESSAGES" / "messages.po").open("rb") as file:
        found = [one for one in read_po(file, locale=locale) if one.id]
    return [str(one.id if language == "en" else one.string) for one in found]


@pytest.mark.parametrize("language", UNUSED)
def test_no_message_says_what_we_do_not_say(language: str) -> None:
    """Each of these sounds translated, blames, or is a second word for one thing."""
    wrong = [
        f"{text!r} matches {pattern!r}. Instead: {instead}"
        for text in messages(language)
        for pattern, instead in UNUSED[language].items()
        if re.search(pattern, text, re.IGNORECASE)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", BLAME)
def test_no_message_blames(language: str) -> None:
    """It says what is so, and what can be done, not what somebody did wrong."""
    sentences = [(one, text) for text in messages(language) for one in re.split(r"(?<=[.:!?]) ", text)]
    assert [text for one, text in sentences if re.match(BLAME[language], one)] == []


@pytest.mark.parametrize("language", QUOTES)
def test_messages_are_well_set(language: str) -> None:
    """Quotes, apostrophes, ellipses and blanks are those of the language."""
    opening, closing, others = QUOTES[language]
    wrong = []
    for text in messages(language):
        faults = {
            "a straight quote or apostrophe": re.search("['\"`]", text),
            "an apostrophe other than ’": language != "en" and "’" in text,
            "three dots for …": "..." in text,
            "two blanks, or one that does not break": re.search(r"\s\s|\u00a0", text),
            "a blank at an end": text != text.strip() and text.removesuffix(": ") == text,
            "a blank before a mark": re.search(r"\s[,.;:!?]", text),
            "the quotes of another language": any(mark in text for mark in others),
            "a quote that is not closed": text.count(opening) != text.count(closing),
            "a sign that is not opened": language == "es"
            and any(text.count(one) != text.count(other) for one, other in ("¿?", "¡!")),
        }
        wrong += [f"{text!r} has {fault}" for fault, found in faults.items() if found]
    assert not wrong, "\n".join(wrong)


def test_the_lists_would_find_what_they_are_for() -> None:
    """A list that matches nothing holds nothing."""
    marked = {
        "en": [
            "Enter the name of the person",
            "Select a plan of the list",
            "go on where you stopped",
            "That is at most 2",
        ],
        "de": ["(freiwillig)", "Zahl der Plätze", "Was wir fragen", "eine E-Mail-Adresse, deren Post Sie lesen können"],
        "es": ["Oculto", "Invite a personas", "factura mensual", "Añadido: %(entry)s"],
    }
    for language, texts in marked.items():
        for text in texts:
            assert any(re.search(pattern, text, re.IGNORECASE) for pattern in UNUSED[language]), text
    assert re.match(BLAME["en"], "You were away for too long")
