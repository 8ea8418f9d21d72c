"""Messages, questions and failures, in processes with pipes and at a pseudo-terminal."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from _cli.failures import Cancelled, Failure
from _cli.messages import Messages, mask
from _cli.terminal import Terminal
from screens import Seen, at_terminal, command, piped


@pytest.mark.parametrize(
    ("secret", "masked"),
    [
        ("", "***"),
        ("12345678", "***"),
        ("123456789", "1234***6789"),
        ("pcsk_abcdefghijkl", "pcsk***ijkl"),
        ("日本語日本語日本語", "日本語日***語日本語"),
    ],
)
def test_masks_secrets(secret: str, masked: str) -> None:
    assert mask(secret) == masked


def _everything(messages: Messages) -> None:
    messages.success("Made `a`.")
    messages.info("Know `pc b`.")
    messages.warn("Mind \x1b[31mthis\u202e.")
    messages.error("Two\nlines.")
    messages.hint("Run `pc c`.")


def test_prints_messages(capsys: pytest.CaptureFixture[str]) -> None:
    _everything(Messages(Terminal({})))
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == (
        "[SUCCESS] Made `a`.\n[INFO] Know `pc b`.\n[WARN] Mind \\x1b[31mthis\\u202e.\n"
        "[ERROR] Two\nlines.\nHint: Run `pc c`.\n"
    )


def test_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    messages = Messages(Terminal({}), quiet=True)
    _everything(messages)
    assert messages.end(Failure("No.", "Yes.")) == 1
    err = capsys.readouterr().err
    assert (
        err == "[WARN] Mind \\x1b[31mthis\\u202e.\n[ERROR] Two\nlines.\n[ERROR] No.\nHint: Yes.\n"
    )


@pytest.mark.parametrize(
    ("error", "code", "out", "err"),
    [
        (
            Failure("`a` is \x1b[1mnot\x1b[0m b: \x9b é.", "Run `pc c`."),
            1,
            '{\n    "error": "a is not b: \\u009b é."\n}\n',
            "[ERROR] `a` is \\x1b[1mnot\\x1b[0m b: \\x9b é.\nHint: Run `pc c`.\n",
        ),
        (Failure("Interrupted.", code=130), 130, '{\n    "error": "Interrupted."\n}\n', None),
        (Failure(""), 1, "", ""),
        (Cancelled(), 0, "", "[INFO] Cancelled.\n"),
    ],
    ids=str,
)
def test_ends(
    error: Failure | Cancelled,
    code: int,
    out: str,
    err: str | None,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert Messages(Terminal({}), json=True).end(error) == code
    printed = capsys.readouterr()
    assert printed.out == out
    assert err is None or printed.err == err
    assert Messages(Terminal({})).end(error) == code
    assert capsys.readouterr().out == ""


CONFIRM = "messages.confirm('Delete docs?', 'This deletes data.'); print('done')"
SELECT = "print('chose', messages.select('Project', ['one', 't\\x1bwo', '3'], '--project-id'))"
SECRET = "print('got', len(messages.secret('Secret', '--stdin')))"
QUESTION = "Delete docs? (y/N): "
CHOICE = "Project (1-3, q to leave): "


@pytest.mark.parametrize(
    ("statement", "dialog", "last", "code"),
    [
        (CONFIRM, [(QUESTION, "y\n")], "done", 0),
        (CONFIRM, [(QUESTION, "YES\n")], "done", 0),
        (CONFIRM, [(QUESTION, "\n")], "[INFO] Cancelled. Nothing was changed.", 0),
        (CONFIRM, [(QUESTION, "yy\n")], "[INFO] Cancelled. Nothing was changed.", 0),
        (CONFIRM, [(QUESTION, "\x03")], "[INFO] Interrupted. Nothing was changed.", 0),
        (
            CONFIRM,
            [(QUESTION, "\x04")],
            "[ERROR] The input ended before the answer. Nothing was changed.",
            1,
        ),
        (SELECT, [(CHOICE, "2\n")], "chose 1", 0),
        (SELECT, [(CHOICE, "one\n")], "chose 0", 0),
        (
            SELECT,
            [(CHOICE, "0\n"), (CHOICE, "x\n"), (CHOICE, "²\n"), (CHOICE, "3\n")],
            "chose 2",
            0,
        ),
        (SELECT, [(CHOICE, "q\n")], "[INFO] Left without a choice. Nothing was changed.", 0),
        (SELECT, [(CHOICE, "\x1b\n")], "[INFO] Left without a choice. Nothing was changed.", 0),
        (SELECT, [(CHOICE, "\x03")], "[INFO] Interrupted. Nothing was changed.", 0),
        (
            SELECT,
            [(CHOICE, "\x04")],
            "[ERROR] The input ended before the answer. Nothing was changed.",
            1,
        ),
        (SECRET, [("Secret: ", "hunter22 \n")], "got 8", 0),
        (SECRET, [("Secret: ", "\x03")], "[INFO] Interrupted. Nothing was changed.", 0),
        (
            SECRET,
            [("Secret: ", "\x04")],
            "[ERROR] The input ended before the answer. Nothing was changed.",
            1,
        ),
    ],
)
def test_asks(statement: str, dialog: list[tuple[str, str]], last: str, code: int) -> None:
    seen = at_terminal(command(statement), dialog, NO_COLOR="1")
    assert (seen.text.splitlines()[-1], seen.code) == (last, code), seen.text
    assert "hunter" not in seen.text
    assert "Traceback" not in seen.text


def test_questions_show_what_they_ask() -> None:
    assert at_terminal(command(CONFIRM), [(QUESTION, "y\n")], NO_COLOR="1").text == (
        "[WARN] This deletes data.\nDelete docs? (y/N): y\ndone\n"
    )
    assert at_terminal(command(SELECT), [(CHOICE, "9\n"), (CHOICE, "1\n")], NO_COLOR="1").text == (
        "  1) one\n  2) t\\x1bwo\n  3) 3\nProject (1-3, q to leave): 9\n"
        "[WARN] Type a number from 1 to 3, or q to leave.\nProject (1-3, q to leave): 1\nchose 0\n"
    )


@pytest.mark.parametrize(
    ("statement", "given", "out", "err", "code"),
    [
        (CONFIRM, "y\n", "done\n", "[WARN] This deletes data.\nDelete docs? (y/N): \n", 0),
        (CONFIRM, "y", "", "\n[ERROR] The input ended before the answer. Nothing was changed.", 1),
        (CONFIRM, "", "", "\n[ERROR] The input ended before the answer. Nothing was changed.", 1),
        (CONFIRM, "no\n", "", "\n[INFO] Cancelled. Nothing was changed.", 0),
        (SELECT, "1\n", "", "there is no terminal to ask on.\nHint: Use `--project-id`.\n", 1),
        (SECRET, "x\n", "", "there is no terminal to ask on.\nHint: Use `--stdin`.\n", 1),
    ],
)
def test_asks_without_a_terminal(statement: str, given: str, out: str, err: str, code: int) -> None:
    done = piped(command(statement), given=given)
    assert (done.stdout, done.returncode) == (out, code)
    assert err in done.stderr


SHOW = "output.show({'a': 'b'}); messages.info('Run `pc x` now.')"
PLAIN = "ATTRIBUTE      VALUE\nA              b\n[INFO] Run `pc x` now.\n"


@pytest.mark.parametrize(
    ("environ", "plain"),
    [({}, False), ({"NO_COLOR": ""}, False), ({"NO_COLOR": "1"}, True), ({"TERM": "dumb"}, True)],
)
def test_colors(environ: dict[str, str], plain: bool) -> None:
    seen = at_terminal(command(SHOW), **environ)
    assert (seen.text == PLAIN) is plain
    assert ("\x1b[1mATTRIBUTE      VALUE\x1b[0m\n" in seen.text) is not plain
    assert plain or seen.text.endswith(
        "\x1b[34m\x1b[1m[INFO]\x1b[0m Run \x1b[36mpc x\x1b[0m now.\n"
    )


def test_pages_what_is_longer_than_the_terminal() -> None:
    def lines(count: int, pager: str) -> Seen:
        return at_terminal(command(f"output.show(list(range({count})))"), PAGER=pager)

    assert "p23\n" in lines(24, "sed s/^/p/").text
    assert lines(23, "sed s/^/p/").text.endswith("\n22\n")
    assert lines(30, "").text.endswith("\n29\n")
    assert lines(30, "cat").text.endswith("\n29\n")


@pytest.mark.parametrize(
    ("redirect", "environ", "err"),
    [
        (">/dev/full", {}, "[ERROR] The output cannot be written: No space left on device.\n"),
        (">/dev/full", {"JSON": "1"}, "[ERROR] The output cannot be written: No space left"),
        (">&-", {}, "[ERROR] The output cannot be written: stdout is closed.\n"),
        ("| true", {}, ""),
        (">/dev/full 2>&1", {}, ""),
        (">&- 2>&-", {}, ""),
    ],
)
def test_stdout_that_cannot_be_written(redirect: str, environ: dict[str, str], err: str) -> None:
    """A sentence, exit code 1, and nothing from Python when it closes its streams."""
    program = command("import time; time.sleep(.1); output.show(['x' * 70000] * 3)")
    script = f'set -o pipefail; "$@" {redirect}'
    done = piped(["bash", "-c", script, "bash", *program], {"PATH": "/usr/bin:/bin", **environ})
    assert done.returncode == 1
    assert done.stderr.startswith(err)
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr
    assert bool(err) == bool(done.stderr)


@pytest.mark.parametrize("encoding", ["ascii", "iso-8859-1", "utf-8"])
def test_encodings_of_stdout(encoding: str, tmp_path: Path) -> None:
    value = {"a": "é日\ud800"}
    results = []
    for form in ("json", "csv"):
        program = command(f"Output(terminal, {form!r}).show({value!r})")
        done = subprocess.run(
            program, capture_output=True, check=True, timeout=60, env={"PYTHONIOENCODING": encoding}
        )
        results.append(done.stdout.decode(encoding))
    assert json.loads(results[0]) == value
    assert results[1].startswith("a\n")
