"""Compare `pcgen mock` with Prism; see README.md in this folder."""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PINNED = "specs/inference_2025-04.oas.yaml"
START_BUDGET, RATE_BUDGET = 0.5, 2000.0  # Seconds of CPU, and requests per second of CPU.
CONNECTIONS = 16


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Running:
    """A server, its URL, the seconds that it took to start and the CPU time of its process."""

    def __init__(self, command: list[str], port: int, cache: str) -> None:
        env = {**os.environ, "PCGEN_CACHE_DIR": cache, "PYTHONPATH": str(ROOT / "generator")}
        start = time.perf_counter()
        self.process = subprocess.Popen(
            command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.port = port
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if self.process.poll() is not None or time.perf_counter() - start > 120:
                    raise SystemExit(f"{command[0]} does not start") from None
                time.sleep(0.002)
        self.seconds = time.perf_counter() - start

    @property
    def cpu(self) -> float:
        text = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8")
        fields = text.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(name: str, prism: str, document: Path, cache: str) -> Iterator[Running]:
    port = free_port()
    ours = [sys.executable, "-m", "pcgen", "mock", "--lenient", "--spec", str(document)]
    theirs = [prism, "mock", "--cors", "--host", "127.0.0.1", str(document)]
    command = [*(ours if name == "pcgen" else theirs), "--port", str(port)]
    if sys.platform == "linux":
        command = ["taskset", "-c", "0", *command]
    running = Running(command, port, cache)
    try:
        yield running
    finally:
        running.process.send_signal(signal.SIGTERM)
        running.process.wait(30)


# --- Requests -----------------------------------------------------------------------------------


def ask(port: int, row: dict[str, Any], headers: dict[str, str]) -> tuple[int, str]:
    method, _, target = row["request"].partition(" ")
    sent = {k: v for k, v in (headers | row.get("send", {})).items() if v}
    body = row.get("text", "").encode() or None
    if "json" in row:
        sent["Content-Type"], body = "application/json", json.dumps(row["json"]).encode()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, target, body, sent)
        response = connection.getresponse()
        response.read()
        return response.status, (response.headers["Content-Type"] or "").partition(";")[0]
    except (OSError, http.client.HTTPException) as error:
        return 0, type(error).__name__
    finally:
        connection.close()


def is_right(row: dict[str, Any], found: tuple[int, str]) -> bool:
    return found[0] in row["status"] and row.get("type", found[1]) == found[1]


def compare(prism: str, cache: str) -> tuple[int, int, int]:
    """Print a row for each request; returns the number of right ones of both, and of all."""
    table = yaml.safe_load((HERE / "mock_requests.yaml").read_text(encoding="utf-8"))
    ours = theirs = count = 0
    for name, chosen in table.items():
        document = ROOT / name
        if not document.exists():
            print(f"{name}: not there, skipped")
            continue
        print(f"\n{name}")
        found: dict[str, list[tuple[int, str]]] = {}
        for server in ("pcgen", "prism"):
            with serving(server, prism, document, cache) as running:
                headers = chosen["headers"]
                rows = chosen["requests"]
                found[server] = [ask(running.port, row, headers) for row in rows]
        for row, own, peer in zip(chosen["requests"], found["pcgen"], found["prism"], strict=True):
            marks = [" " if is_right(row, each) else "!" for each in (own, peer)]
            ours, theirs, count = ours + (marks[0] == " "), theirs + (marks[1] == " "), count + 1
            more = json.dumps(row.get("json", row.get("text", row.get("send", ""))))
            wanted = "/".join(map(str, row["status"]))
            print(
                f"  {wanted:8} pcgen{marks[0]}{own[0]:4} prism{marks[1]}{peer[0]:4}"
                f"  {row['request']} {more[:60]}"
            )
    return ours, theirs, count


# --- Load ---------------------------------------------------------------------------------------


async def load(port: int, seconds: float) -> float:
    """The requests per second of some connections that ask one after another."""
    body = json.dumps({"model": "e5", "inputs": [{"text": "a"}]})
    head = "Host: a\r\nApi-Key: k\r\nX-Pinecone-API-Version: 2025-04\r\n"
    kind = f"Content-Type: application/json\r\nContent-Length: {len(body)}"
    get = f"GET /models/e5 HTTP/1.1\r\n{head}\r\n"
    texts = [get, f"POST /embed HTTP/1.1\r\n{head}{kind}\r\n\r\n{body}"]
    counts = [0] * CONNECTIONS
    end = time.perf_counter() + seconds

    async def run(index: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() < end:
            writer.write(texts[counts[index] % 2].encode())
            found = (await reader.readuntil(b"\r\n\r\n")).lower()
            assert found.startswith(b"http/1.1 200"), found
            length = found.partition(b"content-length:")[2].partition(b"\r\n")[0]
            await reader.readexactly(int(length))
            counts[index] += 1
        writer.close()

    start = time.perf_counter()
    await asyncio.gather(*map(run, range(CONNECTIONS)))
    return sum(counts) / (time.perf_counter() - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prism", required=True, help="the command `prism`")
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=5)
    options = parser.parse_args()
    starts: dict[str, list[float]] = {"pcgen": [], "prism": []}
    cpus: dict[str, list[float]] = {"pcgen": [], "prism": []}
    rates: dict[str, float] = {}
    costs: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as cache:
        for pair in range(options.pairs):
            for server, seconds in starts.items():
                with serving(server, options.prism, ROOT / PINNED, cache) as running:
                    seconds.append(running.seconds)
                    cpus[server].append(running.cpu)
                    if pair == 0:
                        before = running.cpu
                        asyncio.run(load(running.port, 1))
                        rates[server] = asyncio.run(load(running.port, options.seconds))
                        spent = running.cpu - before
                        costs[server] = spent / (rates[server] * (options.seconds + 1))
        ours, theirs, count = compare(options.prism, cache)
    print(f"\n{'':8}{'start':>10}{'CPU':>10}{'requests/s':>14}{'of one core':>14}")
    medians = {server: statistics.median(found) for server, found in starts.items()}
    for server, median in medians.items():
        cpu = statistics.median(cpus[server])
        print(
            f"{server:8}{median:>8.3f} s{cpu:>8.2f} s{rates[server]:>14,.0f}"
            f"{1 / costs[server]:>14,.0f}"
        )
    print(f"start, ratio: {medians['pcgen'] / medians['prism']:.2f}")
    print(f"right: pcgen {ours} of {count}, prism {theirs} of {count}")
    is_slow = statistics.median(cpus["pcgen"]) > START_BUDGET or 1 / costs["pcgen"] < RATE_BUDGET
    sys.exit(int(is_slow or ours < theirs))


if __name__ == "__main__":
    main()
