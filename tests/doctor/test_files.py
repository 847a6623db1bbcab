"""What the doctor says of the store of files."""

from __future__ import annotations

import shutil

from wizard.files.folder import FolderFiles
from wizard.files.shelf import Shelf


def test_a_store_of_files_that_is_away_is_told(examine, make, tmp_path):
    """And that a folder is of one machine, unless it is shared."""
    app = make()
    app.extensions["wizard_files"] = Shelf(FolderFiles(str(tmp_path / "files")))
    assert examine(app=app) == []
    output = app.test_cli_runner().invoke(args=["doctor", "--machines", "2"]).output
    assert "files: the folder of WIZARD_FILES_URL must be one that all machines share" in output
    shutil.rmtree(tmp_path / "files")
    [wrong] = examine(app=app)
    assert wrong.startswith("files: WIZARD_FILES_URL cannot be read and written")
    assert app.test_client().get("/healthz", base_url="https://example.com").status_code == 503
