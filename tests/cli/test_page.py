"""The session in `scenarios/page.yaml` has the commands of the page, in its order."""

from __future__ import annotations

import re

import pytest
from common import ROOT
from scenario import load

PAGE = ROOT.parent / "shared" / "seeds" / "pinecone-docs-2025-04.md"


@pytest.mark.skipif(not PAGE.exists(), reason="the page is not here")
def test_the_session_follows_the_page() -> None:
    page = PAGE.read_text("utf-8").partition("\n# CLI authentication\n")[2]
    blocks = re.findall(r"```bash[^\n]*\n(.*?)```", page, re.DOTALL)
    lines = [
        " ".join(line.split())
        for block in blocks
        for line in re.sub(r"\\\n", " ", block).splitlines()
    ]
    [session] = [one for one in load() if one.number == "page"]
    runs = [step["run"] for step in session.steps if step.get("page", True)]
    assert runs == [line for line in lines if line.startswith(("pc ", "export "))]
