"""Every kind of change there is: its id, how grave it is, what it asks of a release, a sentence.

A kind about the data that travels has two ids, `request-...` and `response-...`: what widens a
request narrows nothing for those who send it, while what widens a response may surprise them.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum

from msgspec import Struct


class Severity(StrEnum):
    """How grave a change is: it breaks callers, it may, or it does not."""

    ERR = "ERR"
    WARN = "WARN"
    INFO = "INFO"


class Verdict(IntEnum):
    """What a release with the change is, in terms of semantic versioning."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3

    def __str__(self) -> str:
        """In lower case, as on the command line."""
        return self.name.lower()


class Level(StrEnum):
    """In whose terms a change is told."""

    CONTRACT = "contract"
    PYTHON = "python"


class Kind(Struct, frozen=True):
    """One kind of change; `sentence` is formatted with what the finding knows."""

    id: str
    level: Level
    severity: Severity
    verdict: Verdict
    sentence: str


_Weight = tuple[Severity, Verdict]

BREAKS: _Weight = (Severity.ERR, Verdict.MAJOR)
FOLLOWED: _Weight = (Severity.ERR, Verdict.PATCH)  # The regenerated package hides it from callers.
UNCLEAR: _Weight = (Severity.WARN, Verdict.MINOR)
ADDS: _Weight = (Severity.INFO, Verdict.MINOR)
HARMLESS: _Weight = (Severity.INFO, Verdict.PATCH)
SILENT: _Weight = (Severity.INFO, Verdict.NONE)

# Of schemas: what is changed, the weight in a request, the weight in a response, a sentence.
_SCHEMAS: tuple[tuple[str, _Weight, _Weight, str], ...] = (
    ("type-widened", HARMLESS, BREAKS, "the type {old} became the wider {new}"),
    ("type-narrowed", BREAKS, HARMLESS, "the type {old} became the narrower {new}"),
    ("type-changed", BREAKS, BREAKS, "the type {old} became {new}"),
    ("became-nullable", HARMLESS, BREAKS, "null became possible"),
    ("became-not-nullable", BREAKS, HARMLESS, "null is not possible any more"),
    ("format-widened", HARMLESS, UNCLEAR, "the format {old} became the wider {new}"),
    ("format-narrowed", BREAKS, HARMLESS, "the format {old} became the narrower {new}"),
    ("format-changed", UNCLEAR, UNCLEAR, "the format {old} became {new}"),
    ("default-added", HARMLESS, HARMLESS, "the default is now said to be {new}"),
    ("default-removed", UNCLEAR, HARMLESS, "there is no default any more, it was {old}"),
    ("default-changed", UNCLEAR, HARMLESS, "the default {old} became {new}"),
    ("enum-added", BREAKS, HARMLESS, "only these values are left: {new}"),
    ("enum-removed", HARMLESS, UNCLEAR, "any value is possible, not only {old}"),
    ("enum-opened", HARMLESS, UNCLEAR, "other values than the listed became possible"),
    ("enum-closed", BREAKS, HARMLESS, "other values than the listed are not possible any more"),
    ("enum-value-added", HARMLESS, UNCLEAR, "the value {new} became possible"),
    ("enum-value-removed", BREAKS, HARMLESS, "the value {old} is not possible any more"),
    ("known-value-added", HARMLESS, HARMLESS, "the value {new} is now listed"),
    ("known-value-removed", HARMLESS, HARMLESS, "the value {old} is not listed any more"),
    ("property-added", ADDS, ADDS, "the property {name} is new"),
    ("required-property-added", BREAKS, ADDS, "the property {name} is new and required"),
    ("property-removed", UNCLEAR, BREAKS, "the property {name} is gone"),
    ("property-became-required", BREAKS, HARMLESS, "the property {name} became required"),
    ("property-became-optional", HARMLESS, BREAKS, "the property {name} may be absent now"),
    ("property-deprecated", HARMLESS, HARMLESS, "the property {name} became deprecated"),
    ("property-undeprecated", HARMLESS, HARMLESS, "the property {name} is not deprecated any more"),
    ("additional-properties-narrowed", BREAKS, HARMLESS, "other properties: {old} became {new}"),
    ("additional-properties-widened", HARMLESS, UNCLEAR, "other properties: {old} became {new}"),
    ("union-case-added", HARMLESS, BREAKS, "another case became possible: {new}"),
    ("union-case-removed", BREAKS, HARMLESS, "a case is not possible any more: {old}"),
    ("discriminator-added", HARMLESS, HARMLESS, "the property {new} now tells the cases apart"),
    ("discriminator-removed", UNCLEAR, UNCLEAR, "no property tells the cases apart, {old} did"),
    ("discriminator-changed", BREAKS, BREAKS, "{new} tells the cases apart instead of {old}"),
    ("discriminator-value-added", HARMLESS, UNCLEAR, "{name} now means the case {new}"),
    ("discriminator-value-removed", BREAKS, HARMLESS, "{name} does not mean {old} any more"),
    ("discriminator-value-changed", BREAKS, BREAKS, "{name} means {new} instead of {old}"),
    ("limit-tightened", BREAKS, HARMLESS, "{name} went from {old} to {new}, fewer values pass"),
    ("limit-relaxed", HARMLESS, UNCLEAR, "{name} went from {old} to {new}, more values pass"),
    ("limit-added", BREAKS, HARMLESS, "{name} is {new} now, there was no limit"),
    ("limit-removed", HARMLESS, UNCLEAR, "{name} is gone, the limit was {old}"),
    ("pattern-changed", UNCLEAR, UNCLEAR, "{name} went from {old} to {new}"),
    ("condition-added", BREAKS, HARMLESS, "{name} is {new} now, there was no such condition"),
    ("condition-removed", HARMLESS, UNCLEAR, "{name} is gone, the condition was {old}"),
    ("condition-changed", UNCLEAR, UNCLEAR, "the condition {name} went from {old} to {new}"),
)  # fmt: skip
_CONTRACT: tuple[tuple[str, _Weight, str], ...] = (
    ("operation-added", ADDS, "the operation is new"),
    ("operation-removed", BREAKS, "the operation is gone"),
    ("operation-moved", FOLLOWED, "the operation moved from {old} to {new}"),
    ("operation-id-changed", UNCLEAR, "the operationId {old} became {new}"),
    ("operation-tag-changed", UNCLEAR, "the first tag {old} became {new}"),
    ("operation-tag-added", SILENT, "the tag {new} is new, behind the first"),
    ("operation-tag-removed", SILENT, "the tag {old} is gone, which was behind the first"),
    ("operation-deprecated", HARMLESS, "the operation became deprecated"),
    ("operation-undeprecated", HARMLESS, "the operation is not deprecated any more"),
    ("path-parameter-renamed", HARMLESS, "the path parameter {old} is called {new} now"),
    ("parameter-added", ADDS, "the {where} parameter {name} is new"),
    ("required-parameter-added", BREAKS, "the {where} parameter {name} is new and required"),
    ("header-constant-added", HARMLESS, "requests carry the header {name}: {new}"),
    ("header-constant-changed", HARMLESS, "the header {name} went from {old} to {new}"),
    ("header-constant-removed", HARMLESS, "requests carry the header {name} no more"),
    ("parameter-removed", UNCLEAR, "the {where} parameter {name} is gone"),
    ("parameter-moved", FOLLOWED, "the parameter {name} moved from {old} to {new}"),
    ("parameter-became-required", BREAKS, "the {where} parameter {name} became required"),
    ("parameter-became-optional", HARMLESS, "the {where} parameter {name} may be left out now"),
    ("parameter-deprecated", HARMLESS, "the {where} parameter {name} became deprecated"),
    ("parameter-undeprecated", HARMLESS, "the {where} parameter {name} is not deprecated now"),
    ("parameter-style-changed", FOLLOWED, "the {where} parameter {name} went from {old} to {new}"),
    ("request-body-added", ADDS, "there is a request body now, which may be left out"),
    ("required-request-body-added", BREAKS, "there is a request body now, which is required"),
    ("request-body-removed", UNCLEAR, "there is no request body any more"),
    ("request-body-became-required", BREAKS, "the request body became required"),
    ("request-body-became-optional", HARMLESS, "the request body may be left out now"),
    ("request-property-became-read-only", UNCLEAR, "the property {name} became read-only"),
    ("request-property-became-writable", ADDS, "the property {name} is not read-only any more"),
    ("response-property-became-write-only", BREAKS, "the property {name} became write-only"),
    ("response-property-became-readable", ADDS, "the property {name} is not write-only any more"),
    ("request-media-type-added", HARMLESS, "requests may be of the type {new} too"),
    ("request-media-type-removed", FOLLOWED, "requests may not be of the type {old} any more"),
    ("request-encoding-changed", FOLLOWED, "the parts of the body are encoded in another way"),
    ("response-media-type-added", HARMLESS, "answers may be of the type {new} too"),
    ("response-media-type-removed", FOLLOWED, "answers are not of the type {old} any more"),
    ("response-success-added", ADDS, "the status {new} is a success too"),
    ("response-success-removed", FOLLOWED, "the status {old} is not answered any more"),
    ("response-error-added", HARMLESS, "the error {new} is documented"),
    ("response-error-removed", HARMLESS, "the error {old} is not documented any more"),
    ("response-body-added", ADDS, "the answer has content now"),
    ("response-body-removed", BREAKS, "the answer has no content any more"),
    ("response-header-added", HARMLESS, "the answer has the header {new}"),
    ("response-header-removed", UNCLEAR, "the answer has no header {old} any more"),
    ("response-header-became-required", HARMLESS, "the header {name} is always there"),
    ("response-header-became-optional", UNCLEAR, "the header {name} may be absent now"),
    ("webhook-added", HARMLESS, "the webhook is new"),
    ("webhook-removed", UNCLEAR, "the webhook is gone"),
    ("security-required", BREAKS, "calls need credentials now"),
    ("security-lifted", HARMLESS, "calls need no credentials any more"),
    ("security-alternative-added", ADDS, "{new} will do as credentials too"),
    ("security-alternative-removed", BREAKS, "{old} will not do as credentials any more"),
    ("security-scope-added", BREAKS, "credentials of {name} need the scope {new}"),
    ("security-scope-removed", HARMLESS, "credentials of {name} need no scope {old} now"),
    ("security-scheme-added", ADDS, "the security scheme {new} is new"),
    ("security-scheme-removed", UNCLEAR, "the security scheme {old} is gone"),
    ("security-scheme-renamed", HARMLESS, "the security scheme {old} is called {new} now"),
    ("security-scheme-changed", FOLLOWED, "{name} of the security scheme went from {old} to {new}"),
    ("security-flow-added", ADDS, "tokens come from the flow {new} too"),
    ("security-flow-removed", UNCLEAR, "the flow {old} is gone"),
    ("security-scheme-scope-added", HARMLESS, "the scope {new} is known to the flow {name}"),
    ("security-scheme-scope-removed", UNCLEAR, "the flow {name} knows no scope {old} any more"),
    ("server-added", HARMLESS, "the server {new} is new"),
    ("server-removed", UNCLEAR, "the server {old} is gone"),
    ("default-server-changed", UNCLEAR, "the first server was {old} and is {new}"),
    ("server-variable-changed", UNCLEAR, "the server's {name} went from {old} to {new}"),
    ("server-variable-narrowed", UNCLEAR, "the server's {name} may be {new}, it was {old}"),
    ("server-variable-widened", HARMLESS, "the server's {name} may be {new}, it was {old}"),
    ("schema-added", SILENT, "the schema is new"),
    ("schema-removed", SILENT, "the schema is gone"),
    ("api-version-changed", HARMLESS, "the version {old} of the API became {new}"),
)  # fmt: skip

_PYTHON: tuple[tuple[str, _Weight, str], ...] = (
    ("package-renamed", BREAKS, "the package {old} is imported as {new} now"),
    ("client-renamed", BREAKS, "the client {old} is called {new} now"),
    ("client-deprecated", ADDS, "the client is called {new} now; its old name works, and warns"),
    ("client-argument-added", ADDS, "the client has the new argument {new}"),
    ("client-argument-removed", BREAKS, "the client has no argument {old} any more"),
    ("client-argument-added-required", BREAKS, "the argument {new} is new and required"),
    ("client-argument-became-required", BREAKS, "the argument {name} became required"),
    ("client-argument-became-optional", HARMLESS, "the argument {name} may be left out now"),
    ("client-argument-retyped", BREAKS, "the argument {name} was {old} and is {new}"),
    ("client-argument-retyped-compatibly", HARMLESS, "the argument {name} was {old}, may be {new}"),
    ("client-arguments-reordered", BREAKS, "the order of arguments {old} became {new}"),
    ("resource-added", ADDS, "the client has the new attribute {new}"),
    ("resource-removed", BREAKS, "the client has no attribute {old} any more"),
    ("resource-remade", BREAKS, "callers wrote {old} and have to write {new}"),
    ("resource-class-renamed", BREAKS, "the class of {name} was {old} and is {new}"),
    ("method-added", ADDS, "the method is new"),
    ("method-removed", BREAKS, "the method is gone"),
    ("method-renamed", BREAKS, "the method is called {new} now"),
    ("method-deprecated", ADDS, "the method is called {new} now; its old name works, and warns"),
    ("argument-added", ADDS, "the argument {name} is new"),
    ("argument-added-required", BREAKS, "the argument {name} is new and required"),
    ("argument-removed", BREAKS, "the argument {name} is gone"),
    ("argument-renamed", BREAKS, "the argument {old} is called {new} now"),
    ("argument-retyped", BREAKS, "the argument {name} was {old} and is {new}"),
    ("argument-retyped-compatibly", HARMLESS, "the argument {name} was {old} and may be {new}"),
    ("argument-none-is-null", UNCLEAR, "None left the argument {name} out and is sent as null now"),
    ("argument-none-is-absent", UNCLEAR, "None was sent as null for {name} and leaves it out now"),
    ("argument-became-required", BREAKS, "the argument {name} became required"),
    ("argument-became-optional", HARMLESS, "the argument {name} may be left out now"),
    ("argument-became-keyword", BREAKS, "the argument {name} has to be given by its name"),
    ("argument-became-positional", HARMLESS, "the argument {name} may be given by position"),
    ("arguments-reordered", BREAKS, "the order of arguments {old} became {new}"),
    ("return-retyped", BREAKS, "the result was {old} and is {new}"),
    ("return-retyped-compatibly", HARMLESS, "the result was {old} and is {new}"),
    ("return-added", ADDS, "there is a result now, {new}"),
    ("error-retyped", UNCLEAR, "the `body` of errors of status {name} was {old} and is {new}"),
    ("class-added", ADDS, "the class is new"),
    ("class-removed", BREAKS, "the class is gone"),
    ("class-renamed", BREAKS, "the class is called {new} now"),
    ("class-deprecated", ADDS, "the class is called {new} now; its old name works, and warns"),
    ("old-name-removed", BREAKS, "the old name {old} does not work any more"),
    ("class-kept", SILENT, "the class keeps its name, though its schema moved from {old} to {new}"),
    ("class-remade", BREAKS, "it was {old} and is {new}"),
    ("iteration-added", ADDS, "it can be iterated now, over {new}"),
    ("iteration-removed", BREAKS, "it cannot be iterated over {old} any more"),
    ("alias-retyped", BREAKS, "it was {old} and is {new}"),
    ("alias-retyped-compatibly", HARMLESS, "it was {old} and is {new}"),
    ("alias-values-added", HARMLESS, "it lists the values {new}, too"),
    ("alias-values-removed", HARMLESS, "it does not list the values {old} any more"),
    ("alias-opened", HARMLESS, "other values than the listed are now said to be possible"),
    ("alias-closed", HARMLESS, "other values than the listed are not said to be possible any more"),
    ("attribute-added", ADDS, "the attribute {name} is new"),
    ("attribute-added-required", BREAKS, "the attribute {name} is new and has to be given"),
    ("attribute-removed", BREAKS, "the attribute {name} is gone"),
    ("attribute-renamed", BREAKS, "the attribute {old} is called {new} now"),
    ("attribute-deprecated", ADDS, "{old} is called {new} now; the old name works, and warns"),
    ("attribute-retyped", BREAKS, "the attribute {name} was {old} and is {new}"),
    ("attribute-retyped-compatibly", HARMLESS, "the attribute {name} was {old} and is {new}"),
    ("attribute-became-optional", BREAKS, "the attribute {name} may be None now"),
    ("attribute-became-certain", HARMLESS, "the attribute {name} is always there"),
    ("attribute-became-required", BREAKS, "the attribute {name} has to be given now"),
    ("attribute-became-fixed", BREAKS, "the attribute {name} cannot be given any more"),
    ("attribute-became-omissible", HARMLESS, "the attribute {name} need not be given any more"),
)  # fmt: skip


def _kinds() -> dict[str, Kind]:
    rows = list(_CONTRACT)
    for fact, request, response, sentence in _SCHEMAS:
        rows.append((f"request-{fact}", request, f"in requests, {sentence}"))
        rows.append((f"response-{fact}", response, f"in answers, {sentence}"))
    kinds = [Kind(id_, Level.CONTRACT, *weight, sentence) for id_, weight, sentence in rows]
    kinds += [Kind(id_, Level.PYTHON, *weight, sentence) for id_, weight, sentence in _PYTHON]
    return {kind.id: kind for kind in kinds}


KINDS = _kinds()
