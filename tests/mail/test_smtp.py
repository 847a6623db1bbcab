"""SMTP: how a server is talked to, and what becomes of one that refuses, hangs, or would have us go without TLS."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
import threading
from contextlib import closing, contextmanager

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.mailserver import Mailserver
from wizard import Mail
from wizard.mail.smtp import Away, Hangs, Never, Smtp
from wizard.mail_settings import server

MESSAGE = Mail("ada@example.com", "Your ticket", "It is B-1.").build("<1@example.com>", 0, "hello@example.com")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 that nobody has signed, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(1))
        .not_valid_after(now + datetime.timedelta(1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def tls(certificate):
    """The TLS of a server."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@contextmanager
def running(**options):
    """A mail server."""
    server = Mailserver(**options)
    server.start()
    yield server
    server.stop()


def send(to, seconds=60, message=MESSAGE):
    """Send a mail, and say goodbye."""
    with closing(Smtp(to, seconds)) as smtp:
        smtp.send(message)


def let_in(server, session, envelope, mechanism, data):
    """Whether somebody knows the password."""
    is_right = (data.login, data.password) == (b"acme", b"p@ss")
    return AuthResult(success=is_right, handled=is_right)


def test_a_password_goes_over_tls(tls):
    """It is asked for after STARTTLS alone; on this machine, nobody looks at the certificate."""
    with running(tls_context=tls, require_starttls=True, auth_required=True, authenticator=let_in) as server_:
        url = server_.url.replace("//", "//acme:p%40ss@")
        send(server(url))
        assert len(server_.mails) == 1
        with pytest.raises(Away, match=r"^it lets nobody in: 535 5\.7\.8$"):
            send(server(url.replace("p%40ss", "wrong")))


@pytest.mark.parametrize("is_known", [True, False])
def test_the_certificate_of_another_machine_is_looked_at(tls, certificate, monkeypatch, is_known):
    """With STARTTLS, and with TLS from the first byte."""
    if is_known:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with running(tls_context=tls, require_starttls=True) as begins, running(ssl_context=tls) as is_secure:
        for url in (begins.url, is_secure.url.replace("smtp:", "smtps:")):
            far = FarServer(*server(url)[:-1], may_be_open=False)
            if is_known:
                send(far)
            else:
                with pytest.raises(Away, match=r"it cannot be reached \(.*certificate"):
                    Smtp(far).check()
        assert len(begins.mails) == len(is_secure.mails) == is_known


class FarServer(type(server("smtp://a"))):
    """A server that is taken for one on another machine."""

    is_here = False


def test_nothing_goes_to_another_machine_without_tls(mailserver):
    """Unless its owner has said so."""
    far = FarServer(*server(mailserver.url)[:-1], may_be_open=False)
    with pytest.raises(Away, match=r"it offers no STARTTLS; .* add \?tls=none to MAIL_URL"):
        send(far)
    assert mailserver.handler.tried == []
    send(far._replace(may_be_open=True))
    assert len(mailserver.mails) == 1


def test_an_address_beyond_ascii_needs_a_server_that_takes_it(mailserver):
    """One that does not, never will."""
    mail = Mail("adé@example.com", "Your ticket", "It is B-1.")
    message = mail.build("<1@example.com>", 0, "hello@example.com")
    with running(enable_SMTPUTF8=False) as old, pytest.raises(Never, match="it takes no such address"):
        send(server(old.url), message=message)
    send(server(mailserver.url), message=message)
    assert mailserver.envelope.rcpt_tos == ["adé@example.com"]


def test_a_server_that_closes_the_connection_is_called_again(mailserver):
    """As many do after some mails, or some seconds."""
    smtp = Smtp(server(mailserver.url))
    smtp.send(MESSAGE)
    mailserver.close_connections()
    smtp.send(MESSAGE)
    smtp.close()
    assert len(mailserver.mails) == 2


@contextmanager
def saying(text):
    """A server that says ``text`` to each who comes, and then nothing at all."""
    listener = socket.create_server(("127.0.0.1", 0))
    kept = []

    def serve():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            kept.append(connection)
            connection.sendall(text)

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"smtp://127.0.0.1:{listener.getsockname()[1]}"
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()
    for connection in kept:
        connection.close()


@pytest.mark.parametrize("text", [b"", b"220", b"220 mail.example\r\n250 mail.example\r\n"])
def test_a_server_that_says_nothing_is_given_up_in_time(text):
    """Wherever it falls silent; no thread is left behind."""
    before = threading.active_count()
    with saying(text) as url, pytest.raises((Away, Hangs), match="no answer in time"):
        send(server(url), 0.3)
    for thread in threading.enumerate():
        if thread.name == "wizard-in-time":
            thread.join(60)
    assert threading.active_count() == before


@pytest.mark.parametrize("text", [b"554 ada@example.com: go away\r\n", b"HTTP/1.1 400 Bad\r\n\r\n"])
def test_what_is_no_mail_server_for_us_is_away(text):
    """And nothing of what it says is repeated, but its number."""
    with saying(text) as url, pytest.raises(Away) as error:
        send(server(url))
    assert str(error.value) in ("it lets nobody in: 554", "it lets nobody in: -1")


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("smtp://mail.example.com", ("mail.example.com", 587, "", "", False, False)),
        ("smtps://a%40b:p%3Aw%2F@mail.example.com", ("mail.example.com", 465, "a@b", "p:w/", True, False)),
        ("smtp://mail:25?tls=none", ("mail", 25, "", "", False, True)),
        ("smtp://[::1]:2525/", ("::1", 2525, "", "", False, True)),
    ],
)
def test_a_url_names_a_server(url, found):
    """Its port is that of its kind, where it says none."""
    assert server(url) == found


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.com",
        "http://mail.example.com",
        "smtp://",
        "smtp://mail.example.com:port",
        "smtp://mail.example.com:99999",
        "smtp://[::1",
        "smtp://a:p@ss@mail.example.com",
        "smtp://a:p/ss@mail.example.com",
        "smtp://a:p#ss@mail.example.com",
        "smtp://mail.example.com/path",
        "smtp://mail.example.com?tls=off",
        "smtp://a:secret@mail.example.com?tls=none",
        "smtps://mail.example.com?tls=none",
        "smtp://mail example.com",
        "smtp://mail.example.com\n",
    ],
)
def test_a_url_that_names_none_is_told_with_the_cure(url):
    """And nothing of it is repeated."""
    with pytest.raises(ValueError, match=r"Use |Leave ") as error:
        server(url)
    assert "ss@" not in str(error.value)
    assert "secret" not in str(error.value)
