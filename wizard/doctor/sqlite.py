"""What the doctor asks a SQLite file."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine, text

from .. import database
from .finding import Finding

#: What Linux says of its file systems.
MOUNTS = Path("/proc/self/mountinfo")

#: File systems over a network: SQLite's lock does not work there, and its log does not either.
NETWORK = re.compile(r"nfs|cifs|smb|9p|afs|ceph|gluster|lustre|gpfs|fuse\.(sshfs|s3fs|rclone|gcsfuse)")

#: File systems that are gone when the machine is started anew.
MEMORY = re.compile(r"(tmpfs|ramfs)$")


def durability(engine: Engine) -> Iterator[Finding]:
    """Say what of ``engine`` may be lost, and who else can read it."""
    with database.transaction(engine) as connection:
        file = Path(connection.execute(text("PRAGMA database_list")).one()[2])
        journal = connection.execute(text("PRAGMA journal_mode")).scalar_one()
        synchronous = connection.execute(text("PRAGMA synchronous")).scalar_one()
    if journal != "wal":
        yield Finding(
            f"{file} cannot have a write-ahead log ({journal}): who reads waits for who writes. Put it on a local disk."
        )
    if synchronous == 0:
        yield Finding(f"{file} is never synced to the disk: a power cut can destroy it. Leave synchronous at NORMAL.")
    for one in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))):
        if one.exists() and stat.S_IMODE(one.stat().st_mode) & 0o077:
            yield Finding(f"others on this machine can read {one}. Close it: chmod 600 {one}")
    kind = file_system(file)
    if NETWORK.match(kind):
        yield Finding(f"{file} is on a network file system ({kind}): its lock does not work there. Use a disk.")
    elif MEMORY.match(kind):
        yield Finding(f"{file} is in memory ({kind}), and gone after a restart of the machine. Use a disk.")


def file_system(file: Path) -> str:
    """Return the kind of file system that ``file`` is on, as Linux calls it; empty where nobody can say."""
    best, kind = "", ""
    place = file.resolve()
    for line in MOUNTS.read_text().splitlines() if MOUNTS.exists() else ():
        before, _, after = line.partition(" - ")
        # Blanks and the like stand there as their octal numbers.
        point = re.sub(r"\\(\d{3})", lambda found: chr(int(found[1], 8)), before.split()[4])
        if place.is_relative_to(point) and len(point) >= len(best):
            best, kind = point, after.split()[0]
    return kind
