"""`pc models`, `pc embed` and `pc rerank` as a process, with a service that takes 3 inputs."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import server as srv
from screens import PC, at_terminal, environment, piped
from server import Recorded, Server

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

MODEL = {
    "model": "multilingual-e5-large",
    "short_description": "Dense embeddings for \x1b[2J many languages.",
    "type": "embed",
    "vector_type": "dense",
    "default_dimension": 1024,
    "max_sequence_length": 507,
    "max_batch_size": 3,
    "provider_name": "Microsoft",
    "supported_metrics": ["cosine", "euclidean"],
    "supported_parameters": [],
}


def _respond(connection: socket.socket, request: Recorded) -> None:
    """Embed texts as long vectors, but not the text `bad`, and hang at the text `stall`."""
    if request.method == "GET":
        single = request.path != "/models"
        connection.sendall(srv.json(MODEL if single else {"models": [MODEL, MODEL]}))
        return
    body = request.json()
    usage = {"total_tokens": 5}
    if request.path == "/rerank":
        data: list[Any] = [
            {"index": i, "score": 0.5, "document": d} for i, d in enumerate(body["documents"])
        ]
        connection.sendall(srv.json({"model": body["model"], "data": data, "usage": usage}))
        return
    texts = [item["text"] for item in body["inputs"]]
    if "stall" in texts:
        srv.stall()(connection, request)  # type: ignore[operator]
    if "bad" in texts:
        error = {"code": "INVALID_ARGUMENT", "message": "Input is too long."}
        connection.sendall(srv.json({"status": 400, "error": error}, 400))
        return
    data = [{"vector_type": "dense", "values": [len(text), *[0.25] * 1023]} for text in texts]
    found = {"model": body["model"], "vector_type": "dense", "data": data, "usage": usage}
    connection.sendall(srv.json(found))


@pytest.fixture(scope="module")
def service() -> Iterator[Server]:
    with Server() as made:
        made.script(_respond)
        yield made


@pytest.fixture
def environ(service: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    service.script(_respond)
    monkeypatch.chdir(tmp_path)
    return environment(tmp_path, PINECONE_CONTROLLER_HOST=service.url)


def _run(environ: dict[str, str], script: str) -> subprocess.CompletedProcess[str]:
    """Run a script of bash, in which `pc` is the program."""
    shell = f'pc() {{ {" ".join(PC)} "$@"; }}; set -o pipefail; {script}'
    return piped(["bash", "-c", shell], environ)


def _lines(*texts: str) -> None:
    Path("t.jsonl").write_text("".join(f"{json.dumps(text)}\n" for text in texts), "utf-8")


def _first_numbers(jsonl: str) -> list[Any]:
    values = [json.loads(line)["values"] for line in jsonl.splitlines()]
    assert all(len(vector) == 1024 for vector in values)
    return [vector[0] for vector in values]


def test_lists_models(environ: dict[str, str]) -> None:
    done = _run(environ, "pc models list --type embed")
    assert (done.returncode, done.stderr) == (0, "")
    heading, line, _ = done.stdout.splitlines()
    assert heading.split("   ")[0].strip() == "MODEL"
    assert line.split() == ["multilingual-e5-large", "embed", "dense", "1024", "507", "3"]
    described = _run(environ, "pc models describe m").stdout
    assert "Dense embeddings for \\x1b[2J many languages." in described
    assert len(json.loads(_run(environ, "pc models list --json").stdout)) == 2


def test_embeds_at_a_terminal(environ: dict[str, str]) -> None:
    seen = at_terminal([*PC, "embed", "--model", "m", "--text", "a", "--text", "bb"], **environ)
    assert "dense          [1, 0.25, … 1022 more]\n" in seen.text
    assert "usage.total_tokens: 5" in seen.text
    assert seen.code == 0


def test_embeds_a_file(environ: dict[str, str], service: Server) -> None:
    """In batches of the size that the model takes, from files, pipes and stdin."""
    _lines(*"abcd", "eeeee")
    for source in ("--file t.jsonl", "--file - < t.jsonl", "--file <(cat t.jsonl)"):
        service.script(_respond)
        done = _run(environ, f"pc embed --model multilingual-e5-large {source}")
        assert (done.returncode, done.stderr) == (0, "")
        assert _first_numbers(done.stdout) == [1, 1, 1, 1, 5]
        assert [request.path for request in service.requests] == [
            "/models/multilingual-e5-large",
            "/embed",
            "/embed",
        ]


def test_goes_on_after_a_failure(environ: dict[str, str]) -> None:
    _lines("a", "bb", "bad", "dddd", "eeeee")
    command = "pc embed --model m --file t.jsonl"
    done = _run(environ, f"{command} >> out")
    assert done.returncode == 1
    assert done.stderr == (
        "[ERROR] t.jsonl:3: HTTP 400 INVALID_ARGUMENT: Input is too long.\n"
        "Hint: The results of lines 1 to 2 are printed. "
        f"Continue with `{command} --start-line 3`.\n"
    )
    _lines("a", "bb", "ccc", "dddd", "eeeee")
    done = _run(environ, f"{command} --start-line 3 >> out")
    assert (done.returncode, done.stderr) == (0, "")
    assert _first_numbers(Path("out").read_text("utf-8")) == [1, 2, 3, 4, 5]


def test_retries(environ: dict[str, str], service: Server) -> None:
    _lines("a", "bb", "ccc", "dddd")
    busy = srv.answer(429, headers={"Retry-After": "0"})
    service.script(_respond, _respond, busy, busy, _respond)
    done = _run(environ, "pc embed --model m --file t.jsonl")
    assert (done.returncode, done.stderr) == (0, "")
    assert _first_numbers(done.stdout) == [1, 2, 3, 4]


def test_interrupted(environ: dict[str, str], service: Server) -> None:
    _lines("a", "bb", "ccc", "stall")
    command = [*PC, "embed", "--model", "m", "--file", "t.jsonl"]
    with subprocess.Popen(
        command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        srv.until(lambda: len(service.requests) == 3)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
    assert process.returncode == 130
    assert _first_numbers(out) == [1, 2, 3]
    assert "Continue with `pc embed --model m --file t.jsonl --start-line 4`." in err
    assert "Traceback" not in err


def test_shows_progress(environ: dict[str, str]) -> None:
    """Only if the data goes elsewhere than to the terminal."""
    _lines(*"abcd")
    shell = f"{' '.join(PC)} embed --model m --file t.jsonl"
    seen = at_terminal(["bash", "-c", f"{shell} > out"], **environ)
    assert "4/4" in seen.text
    assert "values" not in seen.text
    seen = at_terminal(["bash", "-c", shell], **environ)
    assert "4/4" not in seen.text
    assert '{"vector_type": "dense", "values": [1, 0.25, … 1022 more]}\n' in seen.text


@pytest.mark.parametrize(
    ("script", "error"),
    [
        ("pc embed --model m", "Missing option '--text' or '--file'."),
        ("pc embed --model m --text a --file t", "Use either '--text' or '--file'."),
        ("pc embed --model m --text a --start-line 2", "'--start-line' needs '--file'."),
        ("pc embed --model m --file nope", "`nope` does not exist."),
        (f"pc embed --model m --file {'x' * 300}", f"`{'x' * 300}` cannot be read: File name too"),
        ("pc embed --model m --file .", "`.` is a directory, not a file."),
        ("echo 12 | pc embed --model m --file -", "stdin:1: the line is a number."),
        ("echo | pc rerank --model m --query q --file -", "stdin:1: the line is empty."),
        ("echo '{a}' > t; pc embed --model m --file t", "t:1:2: this is not JSON: Expecting"),
        ("printf '\\xff' > t; pc embed --model m --file t", "t:1: byte 1 is not UTF-8."),
        ("pc embed --model m --text a > /dev/full", "The output cannot be written: No space left"),
        ("pc embed --model m --text a --query 'a['", "`--query` is not a JMESPath expression"),
    ],
)
def test_reports_what_is_wrong(script: str, error: str, environ: dict[str, str]) -> None:
    done = _run(environ, script)
    assert done.returncode == 1
    assert f"[ERROR] {error}" in done.stderr
    assert "Traceback" not in done.stderr


def test_reranks(environ: dict[str, str], service: Server) -> None:
    options = """--documents a --documents '{"id": 1, "text": "b"}'"""
    rerank = "pc rerank --model m --query q"
    done = _run(environ, f"{rerank} {options}")
    assert done.stdout.splitlines()[1:] == [
        '0              0.5            {"text": "a"}',
        '1              0.5            {"id": 1, "text": "b"}',
    ]
    file = """printf '"a"\\n{"id": 1, "text": "b"}\\n'"""
    piped = _run(environ, f"{file} | {rerank} --file - --json")
    assert [found["document"] for found in json.loads(piped.stdout)["data"]] == [
        {"text": "a"},
        {"id": 1, "text": "b"},
    ]
    assert service.requests[0].body == service.requests[1].body


def test_long_help_goes_through_a_pager(environ: dict[str, str]) -> None:
    environ["PAGER"] = "sed s/^/page:/"
    assert (
        "page:Usage: pc embed [OPTIONS]\n" in at_terminal([*PC, "embed", "--help"], **environ).text
    )
    assert "\nUsage: pc models" in "\n" + at_terminal([*PC, "models"], **environ).text
    assert "page:" not in _run(environ, "pc embed --help").stdout


def test_the_configuration_switches_colors_off(environ: dict[str, str]) -> None:
    command = [*PC, "embed", "--model", "m"]
    assert "\x1b[31m" in at_terminal(command, **environ).text
    folder = Path(environ["HOME"], ".config", "pinecone")
    folder.mkdir(mode=0o700, parents=True)
    (folder / "config.yaml").write_text("color: false\n", "utf-8")
    assert "\x1b[" not in at_terminal(command, **environ).text
    (folder / "config.yaml").write_text("color: [\n", "utf-8")
    assert "Traceback" not in at_terminal(command, **environ).text


@pytest.mark.parametrize(
    ("kind", "body", "message"),
    [
        ("application/json", b'{"models": [', "is not JSON"),
        ("application/json", b'{"models": ["\xff"]}', "is not JSON"),
        ("application/json", b"[" * 100_000, "is not JSON"),
        ("application/json", b"", "has no list `models`"),
        ("application/json", b"null", "has no list `models`"),
        ("text/html", b"<html>Log in</html>", "has no list `models`"),
        ("application/json", b'{"models": null}', ""),
    ],
)
def test_says_what_is_wrong_with_a_response(
    environ: dict[str, str], service: Server, kind: str, body: bytes, message: str
) -> None:
    service.script(lambda connection, _: connection.sendall(srv.answer(200, body, kind=kind)))
    done = _run(environ, "pc models list")
    assert done.returncode == bool(message)
    assert message in done.stderr
    assert "went wrong" not in done.stderr


def test_explains_a_text_that_is_not_utf8(environ: dict[str, str]) -> None:
    done = _run(environ, "pc embed --model m --text $'\\xff' --dry-run")
    assert done.stderr.startswith("[ERROR] inputs[0]['text'] must not contain unpaired surrogates")


def test_credentials_in_a_body_are_masked(environ: dict[str, str]) -> None:
    grant = "--grant-type client_credentials --audience https://api.pinecone.io/"
    form = _run(environ, f"pc api get_token --client-id a --client-secret 'x&y' {grant} --dry-run")
    assert "'client_id=a&client_secret=***&grant_type=client_credentials&" in form.stdout
    text = r"""{"text": "a secret=1", "password": "x\"y"}"""
    body = _run(environ, f"pc rerank --model m --query q --documents '{text}' --dry-run")
    assert '{"text":"a secret=1","password":"***"}' in body.stdout


@pytest.mark.parametrize("query", ["--query x", "--query=x"])
def test_a_query_before_a_command_with_a_query_is_refused(
    environ: dict[str, str], query: str
) -> None:
    done = _run(environ, f"pc {query} rerank --model m --query q --documents a --dry-run")
    assert (done.returncode, done.stdout) == (1, "")
    assert "'--query' stands before a command that has" in done.stderr


def test_help_has_choices_as_they_are(environ: dict[str, str]) -> None:
    assert "--grant-type [client_credentials]" in _run(environ, "pc api get_token --help").stdout


def test_help_names_values_only_in_its_first_line(environ: dict[str, str]) -> None:
    done = _run(environ, "pc models describe --help")
    assert done.stdout.startswith("Usage: pc models describe MODEL-NAME [OPTIONS]\n")
    assert "Options:\n  --model-name TEXT" in done.stdout
