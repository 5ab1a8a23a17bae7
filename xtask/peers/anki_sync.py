"""Anki's own server and two of its collections: notes are pushed by one and pulled by the other.

Usage: anki_sync.py ROWS FOLDER. Prints one line of JSON.
"""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from anki.collection import AddNoteRequest, Collection


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server does not listen")


def collection(folder: Path, name: str) -> Collection:
    home = folder / name
    home.mkdir(parents=True)
    return Collection(str(home / "collection.anki2"))


def copy_whole(col: Collection, auth, upload: bool) -> None:
    """The first sync of a collection replaces one side by the other."""
    col.sync_collection(auth, False)
    col.close_for_full_sync()
    col.full_upload_or_download(auth=auth, server_usn=None, upload=upload)
    col.reopen(after_full_sync=True)


def timed(work) -> float:
    begun = time.monotonic()
    work()
    return time.monotonic() - begun


def main() -> None:
    rows, folder = int(sys.argv[1]), Path(sys.argv[2])
    port = free_port()
    settings = {
        "SYNC_USER1": "bench:bench",
        "SYNC_BASE": str(folder / "server"),
        "SYNC_HOST": "127.0.0.1",
        "SYNC_PORT": str(port),
        "RUST_LOG": "error",
    }
    server = subprocess.Popen(
        [sys.executable, "-m", "anki.syncserver"],
        env={**os.environ, **settings},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port)
        sender = collection(folder, "sender")
        auth = sender.sync_login("bench", "bench", f"http://127.0.0.1:{port}/")
        copy_whole(sender, auth, upload=True)
        receiver = collection(folder, "receiver")
        copy_whole(receiver, auth, upload=False)
        kind = sender.models.by_name("Basic")
        requests = []
        for n in range(rows):
            note = sender.new_note(kind)
            note["Front"] = f"member {n}"
            note["Back"] = "combination skin, dull around the eyes; " * 3
            requests.append(AddNoteRequest(note, 1))
        sender.add_notes(requests)
        push = timed(lambda: sender.sync_collection(auth, False))
        pull = timed(lambda: receiver.sync_collection(auth, False))
        if receiver.note_count() != rows:
            raise SystemExit(f"{receiver.note_count()} notes came")
        print(
            json.dumps(
                {
                    "notes": rows,
                    "push_notes_per_s": rows / push,
                    "pull_notes_per_s": rows / pull,
                    # each note comes with one card
                    "push_rows_per_s": 2 * rows / push,
                    "pull_rows_per_s": 2 * rows / pull,
                }
            )
        )
    finally:
        server.terminate()
        server.wait()


main()
