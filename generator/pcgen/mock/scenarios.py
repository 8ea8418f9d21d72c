"""The example that a request is: its response is the one that documentation shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pcgen.ir.examples import shown_response

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pcgen import ir
    from pcgen.translate.examples.scenarios import Scenario


def matching(
    scenarios: Sequence[Scenario], arguments: Mapping[tuple[str, str], Any], body: Any
) -> int | None:
    """The position of the scenario whose request this is: of several, the most specific one.

    Args:
        scenarios: The scenarios of an operation.
        arguments: The values of the parameters, by place and name; there may be others.
        body: The body.
    """
    found = [
        (len(scenario.parameters), -index)
        for index, scenario in enumerate(scenarios)
        if _has_body(scenario, body)
        and all(arguments.get(key) == value for key, value in scenario.parameters.items())
    ]
    return -max(found)[1] if found else None


def _has_body(scenario: Scenario, body: Any) -> bool:
    """Whether a request has the body of a scenario; one that is made may have more defaults."""
    if scenario.is_made and isinstance(scenario.body, dict) and isinstance(body, dict | None):
        return all(scenario.body.get(key) == value for key, value in (body or {}).items())
    return bool(scenario.body == body)


def shown(
    scenarios: Sequence[Scenario], index: int, status: str, examples: Sequence[ir.Example]
) -> list[Any]:
    """The response of a scenario with this status, if there is one."""
    scenario = scenarios[index]
    if scenario.status:
        return [scenario.response] if scenario.status == status else []
    example = shown_response(scenario.name, index, examples)
    return [example.value] if example else []
