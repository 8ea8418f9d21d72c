"""Example values for the operations of a document: its author's, or made from its schemas.

The same document always gives the same values. Every value is valid against its schema, as
jsonschema-rs decides; those that are not are left out.
"""

from pcgen.translate.examples.operations import Examples
from pcgen.translate.examples.scenarios import Scenario
from pcgen.translate.examples.schemas import Use
from pcgen.translate.examples.values import NoValueError

__all__ = ("Examples", "NoValueError", "Scenario", "Use")
