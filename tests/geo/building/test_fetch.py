"""Fetching from a server that drops connections, asks to wait, breaks down, or has nothing."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from experiments.errors import UserError
from experiments.geography.fetch import fetch_map
from geo.building.fetch import ATTEMPTS, FetchError, fetch

CONTENT = bytes(range(256)) * 4000


@dataclass
class Server:
    """Where it is, how it misbehaves next (a status, or "drop"), and what was asked of it."""

    address: str = ""
    faults: list[object] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def server() -> Iterator[Server]:
    told = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            begin = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").removesuffix("-"))
            told.asked.append(f"{self.path} {begin}")
            if "gone" in self.path:
                self.send_error(404)
                return
            if self.path.endswith(".md5"):
                self._send(f"{hashlib.md5(CONTENT).hexdigest()}  file\n".encode())
                return
            fault = told.faults.pop(0) if told.faults else None
            if isinstance(fault, int):
                self.send_response(fault)
                self.send_header("Retry-After", "7")
                self.end_headers()
                return
            self._send(CONTENT[begin:], drop=fault == "drop", resumed=begin > 0)

        def _send(self, content: bytes, *, drop: bool = False, resumed: bool = False) -> None:
            self.send_response(206 if resumed else 200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2] if drop else content)

        def log_message(self, *_: object) -> None:
            return

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.address = f"http://127.0.0.1:{http.server_port}"
    thread = threading.Thread(target=http.serve_forever)
    thread.start()
    yield told
    http.shutdown()
    thread.join()
    http.server_close()


def test_a_broken_connection_is_gone_on_from(server: Server, tmp_path: Path) -> None:
    server.faults = ["drop", "drop"]
    found = fetch(f"{server.address}/file", tmp_path / "file", pause=lambda _: None)
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert found.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert [int(each.split()[1]) for each in server.asked] == [0, len(CONTENT) // 2, len(CONTENT) * 3 // 4]
    assert not fetch(f"{server.address}/file", tmp_path / "file").anew
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_server_that_asks_to_wait_is_waited_for(server: Server, tmp_path: Path) -> None:
    server.faults = [429, 500, 503]
    waited: list[float] = []
    fetch(f"{server.address}/file", tmp_path / "file", pause=waited.append)
    assert waited == [7.0, 7.0, 7.0]


def test_what_is_not_there_is_told_at_once(server: Server, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="404"):
        fetch(f"{server.address}/gone", tmp_path / "file", pause=lambda _: None)
    assert len(server.asked) == 1
    assert not list(tmp_path.iterdir())


def test_what_was_fetched_stays_for_the_next_time(server: Server, tmp_path: Path) -> None:
    server.faults = ["drop", *[500] * ATTEMPTS]
    with pytest.raises(FetchError, match="goes on from it"):
        fetch(f"{server.address}/file", tmp_path / "file", pause=lambda _: None)
    assert [path.name for path in tmp_path.iterdir()] == [".file.part"]
    server.faults = []
    fetch(f"{server.address}/file", tmp_path / "file")
    assert int(server.asked[-1].split()[1]) == len(CONTENT) // 2
    assert (tmp_path / "file").read_bytes() == CONTENT


def test_a_file_that_is_not_what_it_should_be_is_fetched_anew(server: Server, tmp_path: Path) -> None:
    (tmp_path / ".file.part").write_bytes(b"x" * 1000)  # of another time
    fetch(f"{server.address}/file", tmp_path / "file", md5_url=f"{server.address}/file.md5")
    assert (tmp_path / "file").read_bytes() == CONTENT


def catalogue(server: Server, folder: Path, counties: str) -> Path:
    file = folder / "sources.toml"
    file.write_text(
        f'[osm]\nurl = "{server.address}/{{county}}.pbf"\nmd5 = "{server.address}/{{county}}.pbf.md5"\n'
        'page = "a page"\n'
        'publisher = "p"\nlicence = "l"\nattribution = "a"\n[pages]\nareas = "another page"\n'
        f"[services]\nnorthshire = {counties}\n",
        encoding="utf-8",
    )
    return file


def test_a_services_files_and_recipe(server: Server, tmp_path: Path) -> None:
    file = catalogue(server, tmp_path, '["north", "gone", "south"]')
    got = fetch_map("northshire", tmp_path / "out", lambda _: None, file)
    assert [each.path.name for each in got.files] == ["north-latest.osm.pbf", "south-latest.osm.pbf"]
    assert len(got.missing) == 1
    assert "a page" in got.missing[0]
    assert 'files = ["north-latest.osm.pbf", "south-latest.osm.pbf"]' in got.recipe.read_text(
        encoding="utf-8"
    )


def test_a_service_that_is_not_known_and_one_that_has_nothing(server: Server, tmp_path: Path) -> None:
    file = catalogue(server, tmp_path, '["gone"]')
    with pytest.raises(UserError, match="the nearest known name is northshire"):
        fetch_map("northshir", tmp_path / "out", lambda _: None, file)
    with pytest.raises(UserError, match="nothing could be fetched"):
        fetch_map("northshire", tmp_path / "out", lambda _: None, file)
