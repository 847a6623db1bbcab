"""An application for a job: a CV, a photo, and the certificates of former jobs. Pictures take Pillow. Run it with:

flask --app examples/job.py run

It can be saved and finished on another device. There is no mail server: the page with the code links to the mails.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any

from flask import Flask, current_app
from werkzeug.exceptions import HTTPException
from wtforms import EmailField, FileField, Form, MultipleFileField, StringField, TextAreaField
from wtforms.validators import Email, InputRequired, Length, Optional

from wizard import Flow, Outbox, Repeat, Step, StoredFile, Wizard
from wizard.fields import FileKinds, FileLimit
from wizard.sessions import open_sessions


class PersonForm(Form):
    """Who applies. A photo is nobody's duty."""

    name = StringField("Your name", [InputRequired("Enter your name"), Length(max=100, message="Shorten your name")])
    email = EmailField("Email address", [InputRequired("Enter your email address"), Email("Enter an email address")])
    photo = FileField(
        "A photo of you",
        [Optional(), FileKinds("image"), FileLimit(megabytes=10)],
        description="It is shown to nobody before the interview",
        render_kw={"alt": "Your photo"},
    )


class PapersForm(Form):
    """What the visitor has written."""

    cv = FileField(
        "Your CV",
        [InputRequired("Choose your CV"), FileKinds("application/pdf"), FileLimit(megabytes=5)],
        description="A PDF of 5 MB at most",
    )
    letter = TextAreaField(
        "Why do you want to work here?", [Optional(), Length(max=5000, message="Shorten your answer")]
    )
    samples = MultipleFileField(
        "Samples of your work",
        [Optional(), FileLimit(megabytes=20, files=3)],
        description="Three files of 20 MB at most",
    )


class FormerJobForm(Form):
    """One of the jobs before."""

    employer = StringField("Employer", [InputRequired("Enter the employer"), Length(max=100)])
    certificate = FileField("Certificate", [Optional(), FileKinds("application/pdf", "image"), FileLimit(megabytes=5)])


def files_of(answers: Mapping[str, Any]) -> dict[str, StoredFile]:
    """Return all files of an application by what they are called in its folder."""
    person, papers = answers["person"], answers["papers"]
    named = {"photo": person["photo"], "cv": papers["cv"]}
    named |= {f"sample-{number}": file for number, file in enumerate(papers["samples"], 1)}
    named |= {f"certificate-{number}": one["certificate"] for number, one in enumerate(answers["jobs"], 1)}
    return {f"{name}{Path(file.name).suffix.lower()}": file for name, file in named.items() if file is not None}


def apply(answers: Mapping[str, Any], key: str) -> str:
    """Keep the application in a folder. It is named after the run, so a second click writes the same one again."""
    reference = sha256(key.encode()).hexdigest()[:6].upper()
    folder = Path(current_app.instance_path, "applications", reference)
    folder.mkdir(parents=True, exist_ok=True)
    for name, file in files_of(answers).items():
        with file.open() as uploaded, (folder / name).open("wb") as kept:
            shutil.copyfileobj(uploaded, kept)
    (folder / "application.txt").write_text(f"{answers['person']['name']}\n\n{answers['papers']['letter']}\n")
    return reference


flow = Flow(
    Step("person", PersonForm, title="About you"),
    Step("papers", PapersForm, title="Your application"),
    Repeat("jobs", FormerJobForm, title="Your former jobs", most=5, add="Add this job"),
)
job = Wizard(
    "job",
    flow,
    on_finish=apply,
    title="Apply for a job",
    finish="Send my application",
    done="Your application has been sent",
    resume=lambda answers: answers["person"]["email"],
    promise="What you upload is kept for a day after your last change, and deleted when you clear your answers.",
)


def create_app(instance_path: str | None = None) -> Flask:
    """The application. Answers are in a database, and so are the files and mails, until the application is sent.

    :param instance_path: the folder for the database; by default ``instance``, beside ``examples``.
    """
    app = Flask(__name__, instance_path=instance_path)
    app.config.from_prefixed_env()
    # Without FLASK_SECRET_KEY, each start makes a key of its own: no key stands in the code, and what was begun before
    # a restart begins anew.
    app.secret_key = app.secret_key or token_hex()
    Path(app.instance_path).mkdir(exist_ok=True)
    app.config["DATABASE_URL"] = f"sqlite:///{app.instance_path}/job.db"
    app.session_interface = open_sessions(app.config["DATABASE_URL"])
    Outbox(app)
    app.register_blueprint(job)
    # All addresses are the wizard's, and so are those that there are not.
    app.register_error_handler(HTTPException, job.show_error)
    return app
