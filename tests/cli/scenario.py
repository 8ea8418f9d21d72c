"""Scenarios: data that says what `pc` does. README.md describes their form."""

from __future__ import annotations

import json
import re
import shlex
import socket
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlencode, urlsplit

import pinecone_accounts as accounts
import process
import stored
import yaml
from process import Ended, Setting, Shell
from world import World

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FOLDER = Path(__file__).parent / "scenarios"
LOCK = ".lock"
TEXTS = ("stdout", "stderr", "screen")
_STEP = {"run", "stdin", "answers", "browser", "callback", "processes", "requests", "after", "exit",
         "reveals", "page", *TEXTS}  # fmt: skip
_OUTER = {"number", "title", "basis", "note", "given", "env", "world", "shell", "steps"}
_KEY_NAME = re.compile(r"pinecon(?:e-cli|…)-[a-z0-9]{6}\b")  # Tables may shorten it.
_EXPIRY = re.compile(r'(?<="expiry":")([^"]+)(?=")')
_TIME = re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")
_KNOWN_TIMES = ("2025-04-01T09:00:00", "2099-01-01T00:00:00")


@dataclass
class Scenario:
    """A scenario, and the file that it is in."""

    file: Path
    index: int
    data: dict[str, Any]

    @property
    def number(self) -> str:
        return str(self.data["number"])

    @property
    def steps(self) -> list[dict[str, Any]]:
        """What is run; a scenario without steps is its only one."""
        return self.data.get("steps") or [self.data]


def load() -> Iterator[Scenario]:
    """All scenarios, in the order of their files."""
    for file in sorted(FOLDER.glob("*.yaml")):
        for index, data in enumerate(yaml.load(file.read_text("utf-8"), yaml.CSafeLoader)):
            steps = data.get("steps", [data])
            unknown = data.keys() - _OUTER - (set() if "steps" in data else _STEP)
            unknown |= {key for step in data.get("steps", ()) for key in step.keys() - _STEP}
            assert not unknown, f"{file.name}: {data.get('number')}: {unknown}"
            assert all("run" in step for step in steps), data
            yield Scenario(file, index, data)


@dataclass
class Outcome:
    """What a step did, and what it had to do, in the same form."""

    found: dict[str, Any] = field(default_factory=dict)
    expected: dict[str, Any] = field(default_factory=dict)

    def differing(self) -> set[str]:
        return {key for key in self.found if self.found[key] != self.expected[key]}


class Play:
    """Plays a scenario in a folder; a context manager that holds its world."""

    def __init__(self, scenario: Scenario, home: Path) -> None:
        self._data, self._home = scenario.data, home
        self._folder = home / ".config" / "pinecone"
        self._given = dict(self._data.get("given", {}))
        self._stack = ExitStack()
        self._callbacks: list[int] = []

    def __enter__(self) -> Self:
        self.world = self._stack.enter_context(World(self._data.get("world")))
        environment = {**self.world.environment, **_variables(self._given)}
        if self.world.switches.get("busy port"):
            busy = self._stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            environment["PINECONE_CLI_CALLBACK_PORT"] = str(busy.getsockname()[1])
        environment |= self._data.get("env", {})
        self._setting = Setting(self._home, environment)
        self._shell = None
        if "shell" in self._data:
            self._shell = self._stack.enter_context(Shell(self._setting))
        if "expired" in self._given.get("T", ""):
            self.world.issued.discard("T")
        for name in stored.LETTERS:
            text = stored.text(name, self._given)
            if text is not None:
                self._folder.mkdir(0o700, parents=True, exist_ok=True)
                (self._folder / name).touch(0o600)
                (self._folder / name).write_text(text, "utf-8")
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def play(self, step: Mapping[str, Any]) -> Outcome:
        """Run a step, and compare."""
        before = self._files()
        self.world.log.clear()
        self._callbacks.clear()
        ended = self._run(step)
        outcome = Outcome()
        self._compare_streams(outcome, step, ended)
        outcome.found["exit"] = [one.code for one in ended]
        outcome.expected["exit"] = [step.get("exit", 0)] * len(ended)
        outcome.found["wrong requests"], outcome.expected["wrong requests"] = self.world.wrong, []
        outcome.found["requests"] = list(map(_request, self.world.log))
        outcome.expected["requests"] = list(step.get("requests", ()))
        bare = {one for one in outcome.expected["requests"] if isinstance(one, str)}
        if "GET /oauth/authorize" in bare:  # The login server has checked its query.
            outcome.found["requests"] = [
                "GET /oauth/authorize" if "GET /oauth/authorize" in one else one
                for one in outcome.found["requests"]
            ]
        if len(ended) > 1:
            for side in (outcome.found, outcome.expected):
                side["requests"].sort(key=str)
        outcome.found["callback"] = list(self._callbacks)
        is_login = any("/oauth/authorize" in str(one) for one in outcome.expected["requests"])
        outcome.expected["callback"] = step.get("callback", [200] if is_login else [])
        self._compare_files(outcome, step, before)
        outcome.found["leaked"], outcome.expected["leaked"] = self._leaked(ended, step), []
        return outcome

    # --- Running -------------------------------------------------------------------------------

    def _run(self, step: Mapping[str, Any]) -> list[Ended]:
        browse: process.Browse | None = None
        if step.get("browser", "follows") != "none":
            browse = lambda url: self._browse(url, step.get("browser", "follows"))  # noqa: E731
        if self._shell:
            line = step["run"]
            for name, value in self._data["shell"].items():
                line = line.replace(name, value)
            return [self._shell.run(line, step.get("answers", ()), browse)]
        program, *words = shlex.split(accounts.filled(step["run"]))
        assert program == "pc"
        if "answers" in step:
            return [process.on_terminal(words, self._setting, step["answers"], browse)]
        is_pasting = step.get("browser", "").startswith("pastes")
        stdin = None if is_pasting else step.get("stdin", "")
        with ThreadPoolExecutor() as pool:
            runs = [
                pool.submit(process.piped, words, self._setting, stdin, browse)
                for _ in range(step.get("processes", 1))
            ]
        return [run.result() for run in runs]

    def _browse(self, url: str, how: str) -> str | None:
        """Log in as a browser would, or otherwise; returns what the user pastes."""
        _, location = process.visit(url)
        if how == "pastes the URL":
            return location
        if how == "pastes the code":
            return re.sub(".*code=([^&]+).*", r"\1", location)
        target = urlsplit(location)
        back = f"{target.scheme}://{target.netloc}{target.path}"
        if how.startswith("has a wrong state"):
            query = dict(part.split("=") for part in target.query.split("&"))
            self._callbacks.append(
                process.visit(f"{back}?{urlencode({**query, 'state': 'wrong'})}")[0]
            )
            if not how.endswith("first"):
                return None
        if how == "is denied":
            state = re.search("state=([^&]+)", target.query)
            assert state
            error = {"error": "access_denied", "error_description": "No access for Ada."}
            location = f"{back}?{urlencode({**error, 'state': state[1]})}"
        self._callbacks.append(process.visit(location)[0])
        return None

    # --- Comparing -----------------------------------------------------------------------------

    def _compare_streams(
        self, outcome: Outcome, step: Mapping[str, Any], ended: list[Ended]
    ) -> None:
        for name in TEXTS:
            texts = sorted({self.masked(getattr(one, name)) for one in ended})
            outcome.found[name] = texts[0] if len(texts) == 1 else texts
            outcome.expected[name] = step.get(name, "")

    def masked(self, text: str) -> str:
        """A text without what differs each time."""
        text = re.sub(r"(/oauth/authorize\?)\S+", r"\1<parameters>", text)
        for value, name in (
            (str(self._home), "<home>"),
            (self.world.login_url.partition("//")[2], "<login>"),
            (self.world.api_url.partition("//")[2], "<api>"),
        ):
            text = text.replace(value, name)
        port = self._setting.variables["PINECONE_CLI_CALLBACK_PORT"]
        text = re.sub(rf"\b{port}\b", "<port>", text) if port != "0" else text
        text = re.sub(r"\b\d+h\d+m\b", "<duration>", text)
        text = _TIME.sub(lambda m: m[0] if m[0].startswith(_KNOWN_TIMES) else "<time>", text)
        return _masked_names(text)

    def _files(self) -> dict[str, bytes]:
        if not self._folder.exists():
            return {}
        return {path.name: path.read_bytes() for path in sorted(self._folder.iterdir())}

    def _compare_files(
        self, outcome: Outcome, step: Mapping[str, Any], before: dict[str, bytes]
    ) -> None:
        after = step.get("after", {})
        self._given |= after
        files = self._files()
        locks = files.pop(LOCK, None), before.pop(LOCK, None)
        for name in files.keys() | before.keys() | stored.LETTERS.keys():
            found = files[name].decode() if name in files else None
            text = before[name].decode() if name in before else None
            kind = name.removesuffix(".yaml")
            if not after.keys().isdisjoint({kind, *stored.LETTERS.get(name, ())}):
                text = stored.text(name, self._given)
                found = _masked_names(_EXPIRY.sub(_in_30_minutes, found)) if found else found
                text = _masked_names(text) if text else text
            outcome.found[name], outcome.expected[name] = found, text
        modes = outcome.found["modes"] = {
            path.name: oct(stat.S_IMODE(path.stat().st_mode))
            for path in ([self._folder, *self._folder.iterdir()] if self._folder.exists() else [])
        }
        outcome.expected["modes"] = {
            name: "0o700" if name == self._folder.name else "0o600" for name in modes
        }
        if not files:  # Without a write, nothing is created.
            outcome.found["lock"], outcome.expected["lock"] = locks

    def _leaked(self, ended: list[Ended], step: Mapping[str, Any]) -> list[str]:
        """The secrets in the output."""
        letters = [*self.world.issued, "T"]
        secrets = {letter: accounts.access_token(letter).split(".")[2] for letter in letters}
        secrets |= {f"refresh {one}": accounts.refresh_token(one) for one in letters}
        secrets |= {key.letter: value for value, key in self.world.keys.items()}
        secrets |= {key.letter: key.value for key in accounts.KEYS.values()}
        secrets |= {name: secret for name, (_, secret) in stored.ACCOUNTS.items() if secret}
        for letter in step.get("reveals", ()):
            secrets.pop(letter, None)
        text = "".join(one.stdout + one.stderr + one.screen for one in ended)
        return sorted(letter for letter, secret in secrets.items() if secret in text)


def _variables(given: dict[str, Any]) -> dict[str, str]:
    """The variables of the letters `Ke` and `SAe`."""
    found = {}
    if "Ke" in given:
        key = given.pop("Ke")
        found["PINECONE_API_KEY"] = accounts.KEYS[key].value if key else ""
    if "SAe" in given:
        pair = stored.ACCOUNTS[given.pop("SAe")]
        found |= dict(zip(("PINECONE_CLIENT_ID", "PINECONE_CLIENT_SECRET"), pair, strict=True))
    return found


def _request(exchange: Any) -> str | dict[str, Any]:
    """A request as scenarios write it."""
    text = str(exchange)
    known = {**accounts.PROJECTS, **accounts.ORGANIZATIONS, **accounts.KEYS}
    for letter, one in known.items():
        text = text.replace(one.id, f"{{{letter}}}")
    text = re.sub(r"cccccccc-0000-4000-8000-0*(\d+)", r"{N\1}", text)
    content: dict[str, Any] = {}
    if exchange.query:
        content["query"] = exchange.query
    if exchange.body is not None:
        content["form" if exchange.form else "json"] = exchange.body
    if not content:
        return text
    for part in content.values():
        for name in part.keys() & {"code_verifier", "state", "code_challenge"}:
            part[name] = f"<{name}>"
    shown = json.dumps(content)
    shown = re.sub(r"(http://127\.0\.0\.1:)\d+", r"\1<port>", shown)
    return {text: json.loads(_masked_names(shown))}


def _masked_names(text: str) -> str:
    known = {key.name for key in accounts.KEYS.values()}
    return _KEY_NAME.sub(lambda match: match[0] if match[0] in known else "<key name>", text)


def _in_30_minutes(match: re.Match[str]) -> str:
    """The expiry of a token that was just issued; another one as it is."""
    try:
        distance = datetime.fromisoformat(match[1]) - datetime.now(UTC)
    except (ValueError, TypeError):
        return match[1]
    is_new = timedelta(minutes=20) < distance <= timedelta(minutes=30)
    return "<in 30 minutes>" if is_new else match[1]
