"""Programs in other languages: their literals, and that they send what the Python client sends."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from email.parser import BytesParser
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pytest
from common import ROOT
from pcgen import config, mock, pipeline
from pcgen.cache import Cache, folder
from pcgen.mock.server import Background
from pcgen.targets import SAMPLES
from pcgen.targets.code import fenced_as, string_of, text_of, value_of
from pcgen.targets.docs.languages import LANGUAGES
from pcgen.targets.strings import (
    CSharpStrings,
    GoStrings,
    JavaScriptStrings,
    JavaStrings,
    ShellStrings,
    Strings,
)
from pcgen.targets.text import tidy
from programs import RUNNERS, Host, missing, programs_of, run_python

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping

CASE = ROOT / "tests" / "cases" / "operations" / "samples"

# --- Literals -----------------------------------------------------------------------------------

SIGNS = (
    '"', '""', '"""', '""""', "'", "`", "``", "\\", "\\\\", "\\u000a", "\\u0022", "\\\\u0022",
    "\\N",
    "\n", "\r\n", "\r", "\t", "${HOME}", "$HOME", "$(id)", "#{x}", "{x}", "{{ x }}", "%s", "%", "!",
    "*/", "//", "<!--", "-->", "</script>", "??/", "??'", "\0", "\x01", "1\x7f2", "\x85", "\xa0",
    "\u2028", "\u2029", "\u202e", "\ufeff", "\ud800", "\udc00x", "\U000e0001", "\U0001f600", "é",
    "日本", "```", "~~~", "---", "@file", "-x", " x", "x ", "a\n\nb", "a\n b \nc", "__proto__",
)  # fmt: skip
TEXTS = [
    "", *SIGNS, *(f"a{sign}b" for sign in SIGNS), *(f"{sign}\n{sign}" for sign in SIGNS),
    *(f"{one}{other}" for one in SIGNS[:16] for other in SIGNS[:16]),
    *(f"a\n  {sign}c\nd" for sign in SIGNS), "a\nb\n", '{\n  "a": "\\"\\"\\""\n}',
    "x" * 70_000, "\0é" * 30_000,
]  # fmt: skip


def literals(language: Strings) -> list[str]:
    """The literals of all texts, as they are on pages."""
    made = [str(string_of(language, text)) for text in TEXTS]
    made += [str(text_of(language, text, 4)) for text in TEXTS]
    for literal in made:
        page = tidy(str(fenced_as(literal, "x"))).strip("\n").split("\n")
        assert "\n".join(page[1:-1]) == literal
    return made


def run_tool(command: list[str], path: Path, program: str) -> list[str]:
    """What a program prints for each literal."""
    if not shutil.which(command[0]):
        pytest.skip(f"there is no `{command[0]}` on this machine")
    path.write_text(program, encoding="utf-8")
    done = subprocess.run(
        [*command, path.name], cwd=path.parent, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[:2000]
    return done.stdout.removesuffix("\n").split("\n")


def utf16(text: str) -> str:
    return text.encode("utf-16-be", "surrogatepass").hex()


def utf8(text: str) -> str:
    return re.sub("[\ud800-\udfff]", "\ufffd", text).encode().hex()


def test_literals_of_javascript(tmp_path: Path) -> None:
    language = JavaScriptStrings()
    lines = [f"print({literal});" for literal in literals(language)]
    lines += [f"print(`{language.part(text)}`);" for text in TEXTS]
    head = """const print = (text) => {
      const units = text.split("").map((unit) => unit.charCodeAt(0).toString(16).padStart(4, "0"));
      console.log(units.join(""));
    };"""
    found = run_tool(["node"], tmp_path / "a.mjs", "\n".join([head, *lines]))
    assert found == [utf16(text) for text in TEXTS] * 3


def test_values_of_javascript(tmp_path: Path) -> None:
    values = [{text: [text, {text: text}]} for text in TEXTS]
    values += [{"__proto__": {"a": 1}, "a": []}, [1.5, 1e30, -0.5, True, None, {}], "a", 7]
    made = [value_of(JavaScriptStrings(), value, 2) for value in values]
    program = "\n".join(f"console.log(JSON.stringify({one}));" for one in made)
    found = run_tool(["node"], tmp_path / "a.mjs", program)
    assert [json.loads(line) for line in found] == values


def test_literals_of_java(tmp_path: Path) -> None:
    prints = [f"print({literal});" for literal in literals(JavaStrings())]
    methods = [
        f"static void m{start}() {{ {''.join(prints[start : start + 50])} }}"
        for start in range(0, len(prints), 50)
    ]
    calls = "".join(f"m{start}();" for start in range(0, len(prints), 50))
    program = f"""public class A {{
        {"".join(methods)}
        public static void main(String[] args) {{ {calls} }}
        static void print(String text) {{
            StringBuilder units = new StringBuilder();
            for (char unit : text.toCharArray()) units.append(String.format("%04x", (int) unit));
            System.out.println(units);
        }}
    }}"""
    command = ["java", "-Dfile.encoding=UTF-8"]
    assert run_tool(command, tmp_path / "A.java", program) == [utf16(text) for text in TEXTS] * 2


def test_literals_of_go(tmp_path: Path) -> None:
    prints = "\n".join(f'    fmt.Printf("%x\\n", {one})' for one in literals(GoStrings()))
    program = f'package main\n\nimport "fmt"\n\nfunc main() {{\n{prints}\n}}\n'
    found = run_tool(["go", "run"], tmp_path / "a.go", program)
    assert found == [utf8(text) for text in TEXTS] * 2


def test_literals_of_shells(tmp_path: Path) -> None:
    """An argument holds neither NUL nor an unpaired surrogate."""
    language = ShellStrings()
    words = [*literals(language), *(f'"{language.part(text)}"' for text in TEXTS)]
    script = tmp_path / "a.sh"
    script.write_text("".join(f"printf '%s\\0' {word}\n" for word in words), encoding="utf-8")
    done = subprocess.run(["bash", script], capture_output=True, check=True)
    sent = [re.sub("[\ud800-\udfff]", "?", text.replace("\0", "")) for text in TEXTS]
    assert done.stdout.decode().split("\0")[:-1] == sent * 3


def test_literals_of_csharp() -> None:
    """Its escapes are some of those of JSON; raw strings have as many quotes as they need."""
    for literal, text in zip(literals(CSharpStrings()), TEXTS * 2, strict=True):
        if "\n" not in literal:
            assert json.loads(literal) == text
            continue
        quotes, *lines, end = literal.split("\n")
        assert re.fullmatch('"{3,}', quotes)
        assert end == f"    {quotes}"
        assert not any(quotes in line for line in lines)
        assert "\n".join(line.removeprefix("    ") for line in lines) == text


# --- Requests -----------------------------------------------------------------------------------

# What each library adds of its own; `fetch` does not let conditional requests use caches.
OWN_HEADERS = (
    "accept", "accept-encoding", "accept-language", "cache-control", "connection", "content-length",
    "host", "http2-settings", "pragma", "sec-fetch-mode", "transfer-encoding", "user-agent",
)  # fmt: skip


class Recorder:
    """An application that keeps the requests to another one."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.requests: list[dict[str, Any]] = []

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        self.requests.append(understood(scope, body))
        messages = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def again() -> Any:
            return next(messages, None) or await receive()

        await self.app(scope, again, send)

    def taken(self) -> list[dict[str, Any]]:
        """The requests since the last call."""
        taken, self.requests = self.requests, []
        return taken


def understood(scope: MutableMapping[str, Any], body: bytes) -> dict[str, Any]:
    """A request without what its library decides: the order of a form, or a boundary."""
    headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
    kind, content = headers.pop("content-type", ""), body
    main, _, rest = kind.partition(";")
    if main == "multipart/form-data":
        boundary = rest.partition("boundary=")[2].strip('"').encode()
        content = sorted(map(part_of, body.split(b"--" + boundary)[1:-1]), key=itemgetter(0))
    elif main == "application/x-www-form-urlencoded":
        content = sorted(parse_qsl(body.decode()))
    elif main == "application/json":
        content = json.loads(body)
    return {
        "request": (scope["method"], scope["raw_path"], parse_qsl(scope["query_string"].decode())),
        "headers": {name: text for name, text in headers.items() if name not in OWN_HEADERS},
        "type": main,
        "content": content,
    }


def part_of(data: bytes) -> tuple[Any, ...]:
    """A part of a form; `fetch` gives a file name to all that have a media type."""
    head, _, content = data.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    headers = BytesParser().parsebytes(head)
    name, file = (
        headers.get_param(key, header="content-disposition") for key in ("name", "filename")
    )
    return name, None if file == "blob" else file, headers["content-type"], content[:-2]


@pytest.fixture(scope="module")
def recorder() -> Iterator[tuple[Recorder, str]]:
    [settings] = config.load(CASE / "pcgen.toml").packages
    recorder = Recorder(mock.app(settings))
    with Background(recorder) as server:
        yield recorder, server.url


@pytest.fixture
def host(recorder: tuple[Recorder, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    """A folder with the files that the programs send."""
    for name in ("photo.png", "a.pdf", "a.txt", "b.bin", "archive.bin"):
        (tmp_path / name).write_bytes(b"\x89PNG\r\n\x00\xff" + name.encode())
    for name in ("KEY", "QUERY", "COOKIE", "TOKEN", "USER_USERNAME", "USER_PASSWORD"):
        # No tool of a shell encodes cookies.
        monkeypatch.setenv(f"SHELTER_{name}", name if name == "COOKIE" else f"a+/={name}")
    monkeypatch.setenv("SHELTER_URL", recorder[1])
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.chdir(tmp_path)
    return Host(tmp_path, "", recorder[1])


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    [settings] = config.load(CASE / "pcgen.toml").packages
    texts = pipeline.generate(settings, Cache(folder())).texts
    root = tmp_path_factory.mktemp("samples")
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(root)
        yield {path: text for path, text in texts.items() if "/operations/" in path}


@pytest.mark.parametrize("language", [LANGUAGES[name].word for name in SAMPLES])
def test_programs_send_what_clients_send(
    language: str, pages: dict[str, str], recorder: tuple[Recorder, str], host: Host
) -> None:
    if reason := missing(language):
        pytest.skip(reason)
    programs = programs_of(pages)
    clients = {}
    for program in programs:
        block = program.block
        if block.title == "Python:":
            recorder[0].taken()
            run_python(block, {"__name__": "__main__"})
            [clients[block.page, block.section]] = recorder[0].taken()
    others = [program for program in programs if program.block.language == language]
    assert len(others) == len(clients) == 9
    for outcome in RUNNERS[language][1](others, host):
        block = outcome.program.block
        assert not outcome.error, f"{block}: {outcome.error}"
        [sent] = recorder[0].taken()
        assert sent == clients[block.page, block.section], block
