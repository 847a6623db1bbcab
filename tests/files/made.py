"""Files that are made for the tests, and a flow that takes them."""

from __future__ import annotations

import io
import re

from flask import Flask
from flask_wtf.file import FileAllowed, FileRequired, FileSize
from flask_wtf.file import FileField as FlaskFileField
from PIL import Image
from sqlalchemy import create_engine, text
from wtforms import FileField, Form, FormField, MultipleFileField, StringField, ValidationError
from wtforms.validators import InputRequired

from tests.conftest import Visitor
from wizard import Flow, Outbox, Repeat, Step, Wizard
from wizard.fields import FileKinds, FileLimit
from wizard.sessions import open_sessions

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer <<>>\n%%EOF\n"


def picture(kind="PNG", size=(30, 20), **options):
    """The bytes of a picture."""
    made = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(made, kind, **options)
    return made.getvalue()


def upload(content, name):
    """What a test client sends for a file."""
    return io.BytesIO(content), name


class Papers(Form):
    """A form that is enclosed."""

    passport = FileField("Passport", [FileKinds("application/pdf")])


class Application(Form):
    """Asks for a name and files."""

    name = StringField("Name", [InputRequired("Enter your name")])
    photo = FileField("Photo", [FileKinds("image"), FileLimit(megabytes=0.2)])
    proofs = MultipleFileField("Proofs", [FileLimit(megabytes=0.01, files=2)])
    papers = FormField(Papers, "Papers")

    def validate_photo(self, field):
        """Refuse by the name, as an author may."""
        if field.data and field.data.filename == "bad.png":
            raise ValidationError("Not this one")


class Letter(Form):
    """What Flask-WTF has for files."""

    letter = FlaskFileField("Letter", [FileRequired("Choose your letter"), FileAllowed(["pdf"]), FileSize(100_000)])


class Work(Form):
    """One of several."""

    title = StringField("Title", [InputRequired("Enter a title")])
    sample = FileField(
        "Sample", [InputRequired("Choose a file"), FileKinds("text/plain", "application/pdf"), FileLimit(0.3)]
    )


class Title(Form):
    """Asks no file."""

    title = StringField("Title", [InputRequired("Enter a title")])


FLOW = Flow(
    Step("you", Application, title="You"),
    Step("letter", Letter, title="Your letter"),
    Repeat("works", Work, title="Your works", most=3),
    Repeat("jobs", Step("job", Title, title="Job"), Step("proof", Work, title="Proof"), title="Your jobs"),
)


def serve(url, flow=FLOW, **options):
    """An application with sessions, and files, in a database."""
    app = Flask(__name__)
    app.secret_key = "key"
    app.testing = True
    app.config["WIZARD_FILES_URL"] = options.pop("files", None)
    if url != "flask":
        app.session_interface = open_sessions(url)
    app.finished = []
    if "resume" in options:
        Outbox(app, url=url)
    options.setdefault("on_finish", lambda answers, key: app.finished.append(answers) or "R-1")
    app.register_blueprint(Wizard("job", flow, **options), url_prefix="/job")
    return app


def new_visitor(app):
    """A new visitor."""
    return Visitor(app.test_client(), "/job")


def ids(page):
    """The ids of the files on a page."""
    return re.findall(r'id="unload-([^"]+)"', page.text)


def stored(url):
    """The ids of the files in a database, and how many chunks there are."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = list(connection.execute(text("select id from wizard_files")).scalars())
        chunks = connection.execute(text("select count(*) from wizard_file_chunks")).scalar()
    engine.dispose()
    return found, chunks


def answer_all(visitor):
    """Answer every step, with as few files as there can be."""
    visitor.answer("you", name="Ada", photo=upload(picture(), "ada.png"))
    visitor.answer("letter", letter=upload(PDF, "letter.pdf"))
    visitor.answer("works", title="Notes", sample=upload(b"On engines", "notes.txt"))
    visitor.answer("jobs")
