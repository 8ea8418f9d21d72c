"""The scenarios: `pc` runs as a process against servers on loopback.

`--update` rewrites the expected texts of stdout, stderr and terminals.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from scenario import TEXTS, Play, Scenario, load

if TYPE_CHECKING:
    from pathlib import Path

    from common import Expected

SCENARIOS = list(load())


def _parameters() -> list[Any]:
    return [pytest.param(one, id=f"{one.number}-{one.data['title']}") for one in SCENARIOS]


def test_all_are_there() -> None:
    numbers = {scenario.number for scenario in SCENARIOS}
    assert {str(number) for number in range(1, 90)} <= numbers


@pytest.mark.parametrize("scenario", _parameters())
def test_scenario(scenario: Scenario, tmp_path: Path, expected: Expected) -> None:
    texts: dict[tuple[int, str], str] = {}
    with Play(scenario, tmp_path) as play:
        for number, step in enumerate(scenario.steps):
            outcome = play.play(step)
            differing = outcome.differing()
            if expected.update and differing <= set(TEXTS):
                texts |= {(number, name): outcome.found[name] for name in differing}
                continue
            found, wanted = (
                "\n".join(f"{key}: {_shown(side[key])}" for key in sorted(differing))
                for side in (outcome.found, outcome.expected)
            )
            assert found == wanted, step["run"]
    if texts:
        text = scenario.file.read_text("utf-8")
        expected.rewrite(scenario.file, _replaced(text, scenario, texts).encode())


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return f"|\n{value}"
    return yaml.dump(value, sort_keys=False, width=1000) if value else repr(value)


def _replaced(text: str, scenario: Scenario, texts: dict[tuple[int, str], str]) -> str:
    """The text of a file with other texts of steps of a scenario."""
    for (number, name), value in texts.items():
        node = yaml.compose(text).value[scenario.index]
        entries = {key.value: one for key, one in node.value}
        if "steps" in entries:
            node = entries["steps"].value[number]
        lines, column = text.splitlines(), node.start_mark.column
        starts = {key.value: key.start_mark.line for key, _ in node.value}
        end = start = starts.get(name, max(starts.values()))
        while end == start or (end < len(lines) and not lines[end][: column + 1].strip(" -")):
            end += 1
        while not lines[end - 1].strip():
            end -= 1
        start = start if name in starts else end
        lines[start:end] = [" " * column + line if line else "" for line in _block(name, value)]
        text = "\n".join([*lines, ""])
    return text


def _block(name: str, value: str) -> list[str]:
    """The lines of an entry of a mapping."""
    if value.endswith("\n\n") or not value.replace("\n", " ").isprintable():
        return [f"{name}: {json.dumps(value, ensure_ascii=False)}"]
    keep = "" if value.endswith("\n") else "-"
    hint = "2" if value.startswith(" ") else ""
    rest = [f"  {line}" if line else "" for line in value.splitlines()]
    return [f"{name}: |{hint}{keep}", *rest] if value else [f'{name}: ""']
