"""What the tests of files share: every store that there is."""

from __future__ import annotations

import os
from datetime import timedelta
from http.client import HTTPConnection

import pytest
from sqlalchemy import create_engine, text

from wizard.files import objects
from wizard.files.opening import open_files

from .made import new_visitor, serve


@pytest.fixture(scope="session")
def s3_server():
    """A server that speaks as S3 does, with an empty bucket; its URL is that of a store."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    connection = HTTPConnection(host, port)
    connection.request("PUT", "/files")
    assert connection.getresponse().status == 200
    connection.close()
    keys = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1"}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in keys.items():
            patch.setitem(os.environ, name, value)
        # On a busy machine, all takes long.
        for name in ("_TIMEOUT", "_CONNECT_TIMEOUT"):
            patch.setattr(objects, name, timedelta(minutes=1))
        yield f"s3://files/test?endpoint={endpoint}"
    server.stop()


@pytest.fixture(params=["sqlite", "folder", *(pytest.param(one, marks=pytest.mark.slow) for one in ("postgres", "s3"))])
def files_url(request, tmp_path, database):
    """The URL of each store of files, one after the other."""
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_server").url
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("drop table if exists wizard_files, wizard_file_chunks"))
        engine.dispose()
        return url
    if request.param == "s3":
        return request.getfixturevalue("s3_server")
    return database if request.param == "sqlite" else f"file://{tmp_path}/files"


@pytest.fixture
def store(files_url):
    """An empty store of files of each kind."""
    return open_files(files_url, None)


@pytest.fixture
def app(database):
    """The flow that takes files."""
    return serve(database)


@pytest.fixture
def visitor(app):
    """A new visitor."""
    return new_visitor(app)
