"""Logins with a real browser, and with the program that a terminal's user has as a browser."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import process
import pytest
from browser import CHROMIUM, Browser
from process import Setting
from server import PATIENCE, until
from world import World

if TYPE_CHECKING:
    from pathlib import Path

LOGIN = [
    "GET /oauth/authorize",
    "GET /oauth/allow",
    "POST /oauth/token",
    "GET /admin/organizations as T2",
    "GET /admin/projects as T2",
]


DONE = "Back to the terminal\n\nThe login continues there. You can close this window."


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")
def test_a_login_in_chromium(tmp_path: Path) -> None:
    pages: list[str] = []
    is_over = threading.Event()

    def browse(url: str) -> None:
        with Browser() as browser:
            browser.open(url)
            pages.append(browser.run("document.querySelector('h1').innerText"))
            browser.run("document.getElementById('allow').click()")
            browser.wait("location.pathname === '/auth-callback' && document.body.innerText")
            pages.append(browser.run("document.body.innerText"))
            pages.extend(browser.errors)
        is_over.set()

    with World({"page": True}) as world:
        ended = process.piped(["auth", "login"], Setting(tmp_path, world.environment), "", browse)
        assert is_over.wait(PATIENCE)
    assert (ended.code, world.wrong) == (0, []), ended.stderr
    assert [str(one) for one in world.log] == LOGIN
    assert pages == ["Log in to Acme", DONE]


def test_enter_opens_the_browser_of_the_user(tmp_path: Path) -> None:
    opened = tmp_path / "opened"
    script = tmp_path / "browser"
    script.write_text(f'#!/bin/sh\nprintf %s "$1" > {opened}.new && mv {opened}.new {opened}\n')
    script.chmod(0o755)
    urls: list[str] = []

    def browse(url: str) -> None:
        until(opened.exists)
        urls.extend((url, opened.read_text("utf-8")))
        back = process.visit(url)[1]
        process.visit(back)

    with World() as world:
        setting = Setting(tmp_path, {**world.environment, "BROWSER": str(script)})
        ended = process.on_terminal(["auth", "login"], setting, [["Enter", "\n"]], browse)
    assert (ended.code, world.wrong) == (0, []), ended.screen
    assert len(urls) == 2
    assert urls[0] == urls[1]
