"""Languages: which one a page is in, that every word is translated, and that a switch loses nothing."""

from __future__ import annotations

import re
import tomllib
from contextlib import contextmanager, nullcontext
from gettext import NullTranslations
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import Babel, Domain, force_locale
from jinja2 import StrictUndefined
from wtforms import Form, StringField
from wtforms.validators import InputRequired

from tests.conftest import ACCOUNT, PROFILE, SECRET_KEY, SECURITY, TEAM, Visitor, hidden, shown
from wizard import Flow, Repeat, Step, Wizard, languages
from wizard.app import create_app

ROOT = Path(__file__).parent.parent
CATALOGUES = sorted((Path(languages.__file__).parent / "translations").rglob("*.po"))


@pytest.fixture
def german(app):
    """A visitor whose browser asks for German."""
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "de-AT,de;q=0.9,en;q=0.5"
    return Visitor(client)


# Which language


@pytest.mark.parametrize(
    ("header", "cookie", "language"),
    [
        (None, None, "en"),
        ("de-AT,de;q=0.9", None, "de"),
        ("fr, es-419;q=0.8, en;q=0.2", None, "es"),
        ("fr", None, "en"),
        ("de;q=0, es;q=0.1", None, "es"),
        ("de", "es", "es"),
        ("de", "xx", "de"),
    ],
)
def test_a_page_is_in_the_language_that_was_chosen_or_is_asked_for(app, header, cookie, language):
    """The choice goes before the browser, and the browser before the default."""
    client = app.test_client()
    if cookie:
        client.set_cookie(languages.COOKIE, cookie)
    response = client.get("/signup/account", headers={"Accept-Language": header} if header else {})
    assert f'<html lang="{language}" dir="ltr">' in response.text
    assert response.headers["Content-Language"] == language
    assert "Accept-Language" in response.headers["Vary"]
    assert {"en": "Your account", "de": "Ihr Konto", "es": "Su cuenta"}[language] in shown(response)


def test_the_choice_outlives_the_session(visitor):
    """It is a cookie of its own, kept for a year; no session is made for it."""
    response = visitor.client.post("/wizard-assets/language", data={"_language": "de", "next": "/signup/account"})
    assert (response.status_code, response.location) == (303, "/signup/account")
    [cookie] = response.headers.getlist("Set-Cookie")
    assert cookie.startswith("language=de;")
    for part in ("Max-Age=31536000", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert part in cookie
    visitor.answer("account", **ACCOUNT)
    visitor.post("clear")
    assert "Ihr Konto" in shown(visitor.get("account"))


@pytest.mark.parametrize(
    "address",
    ["https://example.com/", "//example.com/", "/\\example.com", "example", "", "javascript:alert(1)", "/x\r\nX: y"],
)
def test_the_choice_leads_nowhere_else(visitor, address):
    """A form on another site cannot use it to send a visitor there."""
    response = visitor.client.post("/wizard-assets/language", data={"_language": "de", "next": address})
    assert response.location == "/"


def test_a_language_that_is_not_offered_is_not_kept(visitor):
    """Whoever sends it sees the page as it was."""
    response = visitor.client.post("/wizard-assets/language", data={"_language": "xx", "next": "/"})
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize(
    ("setting", "says"), [("en", "not a list"), ([], "not a list"), (["en", "xx"], "'xx'"), ([4], "4 is no language")]
)
def test_a_setting_that_cannot_work_is_an_error_at_start(database, capsys, setting, says):
    """One line, with the cure."""
    with pytest.raises(SystemExit):
        create_app({"DATABASE_URL": database, "SECRET_KEY": SECRET_KEY, "LANGUAGES": setting})
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("wizard: LANGUAGES: ")
    assert says in line


# A switch


@pytest.mark.parametrize("htmx", [False, True])
def test_a_switch_keeps_what_is_typed_on_a_step(visitor, htmx):
    """It is a Draft; the page is loaded as a whole, for its header is in another language too."""
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"} if htmx else {}
    response = visitor.post("account", headers, _language="es", email="ada@", username="ada")
    assert (response.status_code, response.headers.get("HX-Redirect")) == (
        (200, "/signup/account") if htmx else (303, None)
    )
    page = visitor.get("account")
    assert "Su cuenta" in shown(page)
    assert 'value="ada@"' in page.text
    assert 'value="ada"' in page.text
    assert "Hay un problema" not in shown(page)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("en", "For your security, enter this again"),
        ("de", "Geben Sie dies zur Sicherheit noch einmal ein"),
        ("es", "Por seguridad, vuelva a escribir esto"),
    ],
)
def test_a_switch_asks_again_for_a_password_that_was_typed(visitor, code, said):
    """For it is not kept, and its field is empty; where none was typed, there is nothing to say."""
    visitor.answer("account", **ACCOUNT)
    visitor.answer("profile", **PROFILE)
    visitor.answer("plan", plan="personal")
    visitor.post("security", _language=code, password="")
    assert said not in shown(visitor.get("security"))
    visitor.post("security", _language=code, password="three random words")
    page = visitor.get("security")
    assert said in shown(page)
    assert 'aria-describedby="password-hint password-note"' in page.text
    visitor.post("security", _language=code, password="")
    assert said not in shown(visitor.get("security"))


def test_a_switch_changes_no_answer(visitor):
    """Neither on a page that has one, nor on the way through the summary, which it does not send."""
    visitor.answer_all()
    assert visitor.post("profile?from=summary", _language="de", **PROFILE).location == "/signup/profile?from=summary"
    with visitor.client.session_transaction() as session:
        assert "drafts" not in session["signup"]
    summary = shown(visitor.get("summary"))
    for words in (
        "31. März 1980",
        "Vereinigtes Königreich",
        "Persönlich, kostenlos",
        "Konto anlegen",
        "Wird nicht angezeigt",
    ):
        assert words in summary
    assert 'name="next" value="/signup/summary"' in visitor.get("summary").text


def test_a_switch_keeps_what_is_typed_into_a_list_and_an_entry(visitor):
    """Each has a Draft of its own, which stays when another entry is saved or removed."""
    visitor.answer("account", **ACCOUNT)
    visitor.answer("profile", **PROFILE)
    visitor.answer("plan", plan="team")
    visitor.answer("team", **TEAM)
    for name in ("Bob", "Carol"):
        visitor.answer("members", _action="add", name=name, email=f"{name}@example.com")
    assert visitor.post("members", _language="de", name="Dan", email="").location == "/signup/members"
    assert visitor.post("members/2", _language="es", name="Carla", email="c").location == "/signup/members/2"
    assert 'value="Dan"' in visitor.get("members").text
    entry = visitor.get("members/2")
    assert 'value="Carla"' in entry.text
    assert "Invitaciones: cambiar «Carol»" in shown(entry)
    assert 'value="Bob"' in visitor.get("members/1").text
    visitor.post("members/2", _language="es", name="Carol", email="Carol@example.com")
    assert 'value="Carol"' in visitor.get("members/2").text
    visitor.post("members/2", _language="es", name="Carla", email="c")
    visitor.answer("members/1", name="Rob", email="rob@example.com")
    assert 'value="Carla"' in visitor.get("members/2").text
    assert 'value="Dan"' in visitor.get("members").text


def test_a_switch_without_a_token_loses_nothing(visitor):
    """The page says so, with what was typed."""
    response = visitor.client.post("/signup/account", data={"_language": "de", "email": "ada@", "username": ""})
    assert response.status_code == 422
    assert 'value="ada@"' in response.text


def test_messages_follow_the_language(german):
    """Those of the fields, of the page, and of what is wrong with it."""
    response = german.post("account", email="ada", username="")
    assert "Fehler: Schritt 1 von 9: Ihr Konto - Registrieren - Acme" in shown(response)
    assert "Geben Sie eine Adresse wie name@example.com ein" in shown(response)
    assert "Seite nicht gefunden" in shown(german.client.get("/nowhere"))
    german.answer("account", **ACCOUNT)
    page = german.get("profile").text
    assert page.index("Ägypten") < page.index("Albanien")
    said = shown(german.post("profile", **{**PROFILE, "date_of_birth": "1200-01-01"}))
    assert "Geben Sie ein Geburtsdatum nach" in said


# Applications that use the engine


class Name(Form):
    """Asks for a name."""

    name = StringField("Name", [InputRequired("Enter a name")])


def application(**config) -> Flask:
    """One that knows nothing of languages, unless its settings do."""
    app = Flask("shop", template_folder=None)
    app.secret_key = SECRET_KEY
    app.config.update(config)
    flow = Flow(Step("you", Name, title="You"), Repeat("pets", Name, title="Your pets"))
    app.register_blueprint(Wizard("a", flow, on_finish=lambda *_: "R-1"), url_prefix="/a")
    return app


def test_an_application_in_one_language_offers_no_switch():
    """English is what it gets, whatever the browser asks for."""
    page = application().test_client().get("/a/you", headers={"Accept-Language": "de"})
    assert "Continue" in shown(page)
    assert 'class="languages"' not in page.text


def test_an_application_offers_its_own_languages():
    """A language that the package does not speak is in English, as far as the application does not say it itself."""
    page = application(LANGUAGES=["pt-BR", "de-CH"]).test_client().get("/a/you", headers={"Accept-Language": "de-CH"})
    assert '<html lang="de-CH" dir="ltr">' in page.text
    assert "Weiter" in shown(page)
    assert "Português (Brasil)" in shown(page)


def test_the_catalogue_of_the_application_goes_first(tmp_path):
    """It can say every word of the package in its own way, and has Flask-Babel as it wants it."""
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    po = b'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8"\n\nmsgid "Continue"\nmsgstr "Avancer"\n'
    with (folder / "messages.mo").open("wb") as stream:
        write_mo(stream, read_po(BytesIO(po)))
    app = Flask("shop")
    app.secret_key = SECRET_KEY
    Babel(app, locale_selector=lambda: "fr", default_translation_directories=str(tmp_path))
    flow = Flow(Step("you", Name, title="You"))
    app.register_blueprint(Wizard("a", flow, on_finish=lambda *_: "R-1"), url_prefix="/a")
    page = app.test_client().get("/a/you")
    assert '<html lang="fr" dir="ltr">' in page.text
    assert "Avancer" in shown(page)
    assert "Check your answers" in shown(page)


def spoken_with(*contexts):
    """The words on a page that was asked for in German, after these contexts and within the last of them."""
    app = Flask("spoken")
    app.config |= {"SECRET_KEY": SECRET_KEY, "LANGUAGES": ["en", "de", "es"]}
    languages.init_app(app)
    with app.test_request_context(headers={"Accept-Language": "de"}):
        for context in contexts[:-1]:
            with context, languages.settled():
                languages.gettext("Continue")
        with contexts[-1], languages.settled():
            return languages.gettext("Continue"), languages.spoken()


def test_a_page_is_in_its_language_once_no_other_is_forced():
    """Where an answer was read in the language it was typed in, the words are still those of every page in German."""
    assert spoken_with(force_locale("es"), nullcontext())[0] == "Weiter"
    assert spoken_with(force_locale("es"), nullcontext())[1] is not None
    assert spoken_with(nullcontext(), nullcontext())[1] is not None


def test_what_forces_a_language_is_heard():
    """Nobody knows on what it depends, so nothing that is drawn meanwhile is kept."""
    assert spoken_with(nullcontext(), force_locale("es")) == ("Continuar", None)


def test_the_words_of_another_domain_are_not_those_of_every_page():
    """An application may set it for one request."""

    class Own(Domain):
        def __init__(self):
            self.translations = NullTranslations()

        def get_translations(self):
            return self.translations

    @contextmanager
    def domain():
        Own().as_default()
        yield

    assert spoken_with(domain())[1] is None


def test_words_need_no_application():
    """As in a doctest or a script: they are English then."""
    assert languages.gettext("Step %(number)s of %(count)s", number=1, count=2) == "Step 1 of 2"
    with Flask("bare").app_context():
        assert str(languages.lazy_gettext("Continue")) == "Continue"
        assert str(languages.language()) == "en"


# Every word


@pytest.mark.checkout
@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.parts[-3])
def test_every_message_is_translated(file):
    """And none stands in the catalogue that is not in the sources. The cure: make translations."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    method = [(mapping["pattern"], mapping["method"]) for mapping in mappings]
    keywords = {**DEFAULT_KEYWORDS, "lazy_gettext": None}
    wanted = {message for _, _, message, _, _ in extract_from_dir(ROOT, method, keywords=keywords)}
    with file.open("rb") as stream:
        catalogue = read_po(stream, locale=file.parts[-3])
    found = {message.id: message for message in catalogue if message.id}
    assert set(found) == wanted
    assert not catalogue.obsolete
    for message in found.values():
        assert message.string, message.id
        assert not message.fuzzy, message.id
        names = [sorted(re.findall(r"%\(\w+\)s", text)) for text in (message.id, message.string)]
        assert names[0] == names[1], message.id


class _Marked(NullTranslations):
    """A pseudo-locale: every word of the catalogue in brackets."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧" if message else message


class _Words(HTMLParser):
    """Whatever of a page is read to somebody."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.words += [
            value
            for name, value in attrs
            if name in ("aria-label", "hx-confirm", "placeholder", "title", "alt")
            # The key of a run that is over, a name in short, what is copied, and the address of aliases.
            or (name.startswith("data-") and name not in ("data-over", "data-initials", "data-copy", "data-combobox"))
        ]

    def handle_data(self, data):
        self.words.append(data)


def unmarked(page: str) -> list[str]:
    """What stands on a page, and is neither in brackets nor what nobody translates."""
    parser = _Words()
    # Countries and dates come from Unicode, in Arabic, and languages are called what they call themselves. The front
    # page shows a team.
    names = r"<option[^>]*>[^<]*|<form class=\"languages\".*?</form>|<div class=\"preview\".*?</ul>"
    parser.feed(re.sub(names, "", page, flags=re.DOTALL))
    left = " ".join(parser.words)
    while "⟦" in left:
        left = re.sub(r"⟦[^⟦⟧]*⟧", " ", left)
    return [word for word in re.findall(r"[A-Za-z][\w@.]*", left) if word not in ("Acme", *TYPED)]


TYPED = " ".join([*ACCOUNT.values(), *PROFILE.values(), *TEAM.values(), "Bob bob@example.com"]).split()


def test_no_page_says_anything_that_is_not_in_the_catalogue(database, monkeypatch):
    """The signup in a pseudo-locale, each page in each state: a word that is not marked was written into the page."""
    monkeypatch.setattr(languages, "catalogue", lambda name: _Marked())
    settings = {"DATABASE_URL": database, "SECRET_KEY": SECRET_KEY, "LANGUAGES": ["ar", "en"], "TESTING": True}
    app = create_app(settings)
    # Every page in each state: none may write down a name that it was not given.
    app.jinja_env.undefined = StrictUndefined
    visitor = Visitor(app.test_client())
    pages = [visitor.client.get("/"), visitor.client.get("/nowhere")]

    def answer(step: str, wrong: dict[str, str], **right: str) -> None:
        pages.extend([visitor.get(step), visitor.post(step, **wrong)])
        visitor.answer(step, **right)
        pages.append(visitor.get(step))

    answer("account", {"email": "ada", "username": "!"}, **ACCOUNT)
    answer("profile", {"full_name": "", "date_of_birth": "x", "country": ""}, **PROFILE)
    answer("plan", {"plan": "x"}, plan="team")
    answer("team", {"organisation": "", "seats": "1"}, **TEAM)
    answer("members", {"_action": "add", "name": "", "email": ""}, _action="add", name="Bob", email="bob@example.com")
    pages += [visitor.get("members/1"), visitor.post("members/1", name="", email="x")]
    visitor.answer("members")
    answer("security", {"password": "password"}, **SECURITY)
    pages += [visitor.get("summary"), visitor.get("clear"), visitor.client.get("/")]
    visitor.answer("plan", plan="personal")
    pages += [visitor.get("summary"), visitor.client.post("/signup/account", data=ACCOUNT)]
    first, second = (hidden(visitor.get("profile").text) for _ in range(2))
    visitor.client.post("/signup/profile", data={**first, **PROFILE, "full_name": "Bob"})
    pages.append(visitor.client.post("/signup/profile", data={**second, **PROFILE}))
    assert pages[-1].status_code == 409
    visitor.answer("summary")
    pages += [visitor.get("done"), visitor.get("account")]
    reference = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}", shown(visitor.get("done")))[0]
    for response in pages:
        said = unmarked(response.text.replace(reference, ""))
        assert not said, (response.request.path, said)
        assert 'dir="rtl"' in response.text
