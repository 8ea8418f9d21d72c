"""The table of changes: id, severity, verdict and sentence of each.

A change of a schema has two ids, `request-...` and `response-...`: a wider schema is harmless for
callers who send values, but may break those who receive them.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum

from msgspec import Struct


class Severity(StrEnum):
    """Whether a change breaks callers (ERR), may break some (WARN), or breaks none (INFO)."""

    ERR = "ERR"
    WARN = "WARN"
    INFO = "INFO"


class Verdict(IntEnum):
    """The release that a change requires, in terms of semantic versioning."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3

    def __str__(self) -> str:
        """The name in lower case, as on the command line."""
        return self.name.lower()


class Level(StrEnum):
    """Whether a change is described in terms of HTTP or of Python."""

    CONTRACT = "contract"
    PYTHON = "python"


class Change(Struct, frozen=True):
    """A row of the table; `str.format` completes `sentence` with the values of a finding."""

    id: str
    level: Level
    severity: Severity
    verdict: Verdict
    sentence: str


_Impact = tuple[Severity, Verdict]

BREAKS: _Impact = (Severity.ERR, Verdict.MAJOR)
FOLLOWED: _Impact = (Severity.ERR, Verdict.PATCH)  # Generated code adapts; its callers need not.
UNCLEAR: _Impact = (Severity.WARN, Verdict.MINOR)
ADDS: _Impact = (Severity.INFO, Verdict.MINOR)
HARMLESS: _Impact = (Severity.INFO, Verdict.PATCH)
SILENT: _Impact = (Severity.INFO, Verdict.NONE)

# Changes of schemas: id, impact in requests, impact in responses, sentence.
_SCHEMAS: tuple[tuple[str, _Impact, _Impact, str], ...] = (
    ("type-widened", HARMLESS, BREAKS, "the type {old} was widened to {new}"),
    ("type-narrowed", BREAKS, HARMLESS, "the type {old} was narrowed to {new}"),
    ("type-changed", BREAKS, BREAKS, "the type changed from {old} to {new}"),
    ("became-nullable", HARMLESS, BREAKS, "null is now allowed"),
    ("became-not-nullable", BREAKS, HARMLESS, "null is no longer allowed"),
    ("format-widened", HARMLESS, UNCLEAR, "the format {old} was widened to {new}"),
    ("format-narrowed", BREAKS, HARMLESS, "the format {old} was narrowed to {new}"),
    ("format-changed", UNCLEAR, UNCLEAR, "the format changed from {old} to {new}"),
    ("default-added", HARMLESS, HARMLESS, "the default {new} was added"),
    ("default-removed", UNCLEAR, HARMLESS, "the default {old} was removed"),
    ("default-changed", UNCLEAR, HARMLESS, "the default changed from {old} to {new}"),
    ("enum-added", BREAKS, HARMLESS, "only these values are now allowed: {new}"),
    ("enum-removed", HARMLESS, UNCLEAR, "any value is now allowed, not only {old}"),
    ("enum-opened", HARMLESS, UNCLEAR, "values that are not listed are now allowed"),
    ("enum-closed", BREAKS, HARMLESS, "values that are not listed are no longer allowed"),
    ("enum-value-added", HARMLESS, UNCLEAR, "the value {new} is now allowed"),
    ("enum-value-removed", BREAKS, HARMLESS, "the value {old} is no longer allowed"),
    ("known-value-added", HARMLESS, HARMLESS, "the value {new} is now listed"),
    ("known-value-removed", HARMLESS, HARMLESS, "the value {old} is no longer listed"),
    ("property-added", ADDS, ADDS, "the property {name} was added"),
    ("required-property-added", BREAKS, ADDS, "the required property {name} was added"),
    ("property-removed", UNCLEAR, BREAKS, "the property {name} was removed"),
    ("property-became-required", BREAKS, HARMLESS, "the property {name} became required"),
    ("property-became-optional", HARMLESS, BREAKS, "the property {name} became optional"),
    ("property-deprecated", HARMLESS, HARMLESS, "the property {name} was deprecated"),
    ("property-undeprecated", HARMLESS, HARMLESS, "the property {name} is no longer deprecated"),
    ("additional-properties-narrowed", BREAKS, HARMLESS,
     "additional properties changed from {old} to {new}"),
    ("additional-properties-widened", HARMLESS, UNCLEAR,
     "additional properties changed from {old} to {new}"),
    ("union-case-added", HARMLESS, BREAKS, "the union member {new} was added"),
    ("union-case-removed", BREAKS, HARMLESS, "the union member {old} was removed"),
    ("union-became-exclusive", BREAKS, HARMLESS,
     "values must now match only one union member: `oneOf` replaces `anyOf`"),
    ("union-became-inclusive", HARMLESS, UNCLEAR,
     "values may now match several union members: `anyOf` replaces `oneOf`"),
    ("discriminator-added", HARMLESS, HARMLESS, "the discriminator {new} was added"),
    ("discriminator-removed", UNCLEAR, UNCLEAR, "the discriminator {old} was removed"),
    ("discriminator-changed", BREAKS, BREAKS, "the discriminator changed from {old} to {new}"),
    ("discriminator-value-added", HARMLESS, UNCLEAR,
     "the discriminator value {name} was added for {new}"),
    ("discriminator-value-removed", BREAKS, HARMLESS,
     "the discriminator value {name} for {old} was removed"),
    ("discriminator-value-changed", BREAKS, BREAKS,
     "the discriminator value {name} selects {new} instead of {old}"),
    ("limit-tightened", BREAKS, HARMLESS, "{name} was tightened from {old} to {new}"),
    ("limit-relaxed", HARMLESS, UNCLEAR, "{name} was relaxed from {old} to {new}"),
    ("limit-added", BREAKS, HARMLESS, "the limit {name} was added: {new}"),
    ("limit-removed", HARMLESS, UNCLEAR, "the limit {name} was removed: {old}"),
    ("pattern-changed", UNCLEAR, UNCLEAR, "{name} changed from {old} to {new}"),
    ("condition-added", BREAKS, HARMLESS, "the condition {name} was added: {new}"),
    ("condition-removed", HARMLESS, UNCLEAR, "the condition {name} was removed: {old}"),
    ("condition-tightened", BREAKS, HARMLESS,
     "the condition {name} was tightened from {old} to {new}"),
    ("condition-relaxed", HARMLESS, UNCLEAR,
     "the condition {name} was relaxed from {old} to {new}"),
    ("condition-changed", UNCLEAR, UNCLEAR, "the condition {name} changed from {old} to {new}"),
)  # fmt: skip
_CONTRACT: tuple[tuple[str, _Impact, str], ...] = (
    ("operation-added", ADDS, "the operation was added"),
    ("operation-removed", BREAKS, "the operation was removed"),
    ("operation-moved", FOLLOWED, "the operation moved from {old} to {new}"),
    ("operation-id-changed", UNCLEAR, "the operationId changed from {old} to {new}"),
    ("operation-tag-changed", UNCLEAR, "the first tag changed from {old} to {new}"),
    ("operation-tag-added", SILENT, "the tag {new} was added after the first"),
    ("operation-tag-removed", SILENT, "the tag {old} after the first was removed"),
    ("operation-deprecated", HARMLESS, "the operation was deprecated"),
    ("operation-undeprecated", HARMLESS, "the operation is no longer deprecated"),
    ("path-parameter-renamed", HARMLESS, "the path parameter {old} was renamed to {new}"),
    ("parameter-added", ADDS, "the {where} parameter {name} was added"),
    ("required-parameter-added", BREAKS, "the required {where} parameter {name} was added"),
    ("header-constant-added", HARMLESS, "requests now send the header {name} with the value {new}"),
    ("header-constant-changed", HARMLESS,
     "the value of the header {name} changed from {old} to {new}"),
    ("header-constant-removed", HARMLESS, "requests no longer send the header {name}"),
    ("parameter-removed", UNCLEAR, "the {where} parameter {name} was removed"),
    ("parameter-moved", FOLLOWED, "the parameter {name} moved from {old} to {new}"),
    ("parameter-became-required", BREAKS, "the {where} parameter {name} became required"),
    ("parameter-became-optional", HARMLESS, "the {where} parameter {name} became optional"),
    ("parameter-deprecated", HARMLESS, "the {where} parameter {name} was deprecated"),
    ("parameter-undeprecated", HARMLESS, "the {where} parameter {name} is no longer deprecated"),
    ("parameter-style-changed", FOLLOWED,
     "the style of the {where} parameter {name} changed from {old} to {new}"),
    ("request-body-added", ADDS, "an optional request body was added"),
    ("required-request-body-added", BREAKS, "a required request body was added"),
    ("request-body-removed", UNCLEAR, "the request body was removed"),
    ("request-body-became-required", BREAKS, "the request body became required"),
    ("request-body-became-optional", HARMLESS, "the request body became optional"),
    ("request-property-became-read-only", UNCLEAR, "the property {name} became read-only"),
    ("request-property-became-writable", ADDS, "the property {name} is no longer read-only"),
    ("response-property-became-write-only", BREAKS, "the property {name} became write-only"),
    ("response-property-became-readable", ADDS, "the property {name} is no longer write-only"),
    ("request-media-type-added", HARMLESS, "requests may now have the media type {new}"),
    ("request-media-type-removed", FOLLOWED, "requests may no longer have the media type {old}"),
    ("request-encoding-changed", FOLLOWED, "the encoding of the request body's fields changed"),
    ("response-media-type-added", HARMLESS, "responses may now have the media type {new}"),
    ("response-media-type-removed", FOLLOWED, "responses no longer have the media type {old}"),
    ("response-success-added", ADDS, "the success status {new} was added"),
    ("response-success-removed", FOLLOWED, "the success status {old} was removed"),
    ("response-error-added", HARMLESS, "the error status {new} is now documented"),
    ("response-error-removed", HARMLESS, "the error status {old} is no longer documented"),
    ("response-body-added", ADDS, "a response body was added"),
    ("response-body-removed", BREAKS, "the response body was removed"),
    ("response-header-added", HARMLESS, "the response header {new} was added"),
    ("response-header-removed", UNCLEAR, "the response header {old} was removed"),
    ("response-header-became-required", HARMLESS, "the response header {name} became required"),
    ("response-header-became-optional", UNCLEAR, "the response header {name} became optional"),
    ("webhook-added", HARMLESS, "the webhook was added"),
    ("webhook-removed", UNCLEAR, "the webhook was removed"),
    ("security-required", BREAKS, "credentials are now required"),
    ("security-lifted", HARMLESS, "credentials are no longer required"),
    ("security-alternative-added", ADDS, "{new} is now accepted as credentials"),
    ("security-alternative-removed", BREAKS, "{old} is no longer accepted as credentials"),
    ("security-scope-added", BREAKS, "credentials of {name} now need the scope {new}"),
    ("security-scope-removed", HARMLESS, "credentials of {name} no longer need the scope {old}"),
    ("security-scheme-added", ADDS, "the security scheme {new} was added"),
    ("security-scheme-removed", UNCLEAR, "the security scheme {old} was removed"),
    ("security-scheme-renamed", HARMLESS, "the security scheme {old} was renamed to {new}"),
    ("security-scheme-changed", FOLLOWED,
     "{name} of the security scheme changed from {old} to {new}"),
    ("security-flow-added", ADDS, "the OAuth flow {new} was added"),
    ("security-flow-removed", UNCLEAR, "the OAuth flow {old} was removed"),
    ("security-scheme-scope-added", HARMLESS, "the scope {new} was added to the OAuth flow {name}"),
    ("security-scheme-scope-removed", UNCLEAR,
     "the scope {old} was removed from the OAuth flow {name}"),
    ("server-added", HARMLESS, "the server {new} was added"),
    ("server-removed", UNCLEAR, "the server {old} was removed"),
    ("default-server-changed", UNCLEAR, "the first server changed from {old} to {new}"),
    ("server-variable-changed", UNCLEAR,
     "the default of the server variable {name} changed from {old} to {new}"),
    ("server-variable-narrowed", UNCLEAR,
     "the server variable {name} now allows {new} instead of {old}"),
    ("server-variable-widened", HARMLESS,
     "the server variable {name} now allows {new} instead of {old}"),
    ("schema-added", SILENT, "the schema was added"),
    ("schema-removed", SILENT, "the schema was removed"),
    ("api-version-changed", HARMLESS, "the version of the API changed from {old} to {new}"),
)  # fmt: skip

_PYTHON: tuple[tuple[str, _Impact, str], ...] = (
    ("package-renamed", BREAKS, "the package {old} was renamed to {new}"),
    ("client-renamed", BREAKS, "the client {old} was renamed to {new}"),
    ("client-deprecated", ADDS, "the client was renamed to {new}; its old name is deprecated"),
    ("client-argument-added", ADDS, "the client argument {new} was added"),
    ("client-argument-removed", BREAKS, "the client argument {old} was removed"),
    ("client-argument-added-required", BREAKS, "the required argument {new} was added"),
    ("client-argument-became-required", BREAKS, "the argument {name} became required"),
    ("client-argument-became-optional", HARMLESS, "the argument {name} became optional"),
    ("client-argument-retyped", BREAKS,
     "the type of the argument {name} changed from {old} to {new}"),
    ("client-argument-retyped-compatibly", HARMLESS,
     "the type of the argument {name} changed compatibly from {old} to {new}"),
    ("client-arguments-reordered", BREAKS, "the order of arguments changed from {old} to {new}"),
    ("resource-added", ADDS, "the client attribute {new} was added"),
    ("resource-removed", BREAKS, "the client attribute {old} was removed"),
    ("resource-remade", BREAKS, "callers must write {new} instead of {old}"),
    ("resource-class-renamed", BREAKS, "the class of {name} was renamed from {old} to {new}"),
    ("method-added", ADDS, "the method was added"),
    ("method-removed", BREAKS, "the method was removed"),
    ("method-renamed", BREAKS, "the method was renamed to {new}"),
    ("method-deprecated", ADDS, "the method was renamed to {new}; its old name is deprecated"),
    ("argument-added", ADDS, "the argument {name} was added"),
    ("argument-added-required", BREAKS, "the required argument {name} was added"),
    ("argument-removed", BREAKS, "the argument {name} was removed"),
    ("argument-renamed", BREAKS, "the argument {old} was renamed to {new}"),
    ("argument-retyped", BREAKS, "the type of the argument {name} changed from {old} to {new}"),
    ("argument-retyped-compatibly", HARMLESS,
     "the type of the argument {name} changed compatibly from {old} to {new}"),
    ("argument-none-is-null", UNCLEAR,
     "None for the argument {name} now sends null instead of omitting it"),
    ("argument-none-is-absent", UNCLEAR,
     "None for the argument {name} now omits it instead of sending null"),
    ("argument-became-required", BREAKS, "the argument {name} became required"),
    ("argument-became-optional", HARMLESS, "the argument {name} became optional"),
    ("argument-became-keyword", BREAKS, "the argument {name} must now be passed by keyword"),
    ("argument-became-positional", HARMLESS, "the argument {name} may now be passed by position"),
    ("arguments-reordered", BREAKS, "the order of arguments changed from {old} to {new}"),
    ("return-retyped", BREAKS, "the return type changed from {old} to {new}"),
    ("return-retyped-compatibly", HARMLESS,
     "the return type changed compatibly from {old} to {new}"),
    ("return-case-changed", BREAKS, "the return type for {name} changed from {old} to {new}"),
    ("return-case-changed-compatibly", HARMLESS,
     "the return type for {name} changed compatibly from {old} to {new}"),
    ("return-added", ADDS, "the method now returns {new}"),
    ("error-retyped", UNCLEAR,
     "the type of `body` of errors with status {name} changed from {old} to {new}"),
    ("class-added", ADDS, "the class was added"),
    ("class-removed", BREAKS, "the class was removed"),
    ("class-renamed", BREAKS, "the class was renamed to {new}"),
    ("class-deprecated", ADDS, "the class was renamed to {new}; its old name is deprecated"),
    ("old-name-removed", BREAKS, "the deprecated name {old} was removed"),
    ("class-kept", SILENT,
     "the schema of the class moved from {old} to {new}; its name is unchanged"),
    ("class-parted", UNCLEAR, "the class is no longer another name of {old}"),
    ("class-remade", BREAKS, "the declaration changed from {old} to {new}"),
    ("iteration-added", ADDS, "the class became iterable over {new}"),
    ("iteration-removed", BREAKS, "the class is no longer iterable over {old}"),
    ("names-added", ADDS, "`names()` was added; it returns {new} of each item"),
    ("names-removed", BREAKS, "`names()`, which returned {old} of each item, was removed"),
    ("names-changed", UNCLEAR, "`names()` now returns {new} of each item instead of {old}"),
    ("alias-retyped", BREAKS, "the type changed from {old} to {new}"),
    ("alias-retyped-compatibly", HARMLESS, "the type changed compatibly from {old} to {new}"),
    ("alias-values-added", HARMLESS, "these values are now listed: {new}"),
    ("alias-values-removed", HARMLESS, "these values are no longer listed: {old}"),
    ("alias-opened", HARMLESS, "values that are not listed are now documented as allowed"),
    ("alias-closed", HARMLESS, "values that are not listed are no longer documented as allowed"),
    ("attribute-added", ADDS, "the attribute {name} was added"),
    ("attribute-added-required", BREAKS, "the attribute {name} was added and must be passed"),
    ("attribute-removed", BREAKS, "the attribute {name} was removed"),
    ("attribute-renamed", BREAKS, "the attribute {old} was renamed to {new}"),
    ("attribute-deprecated", ADDS,
     "the attribute {old} was renamed to {new}; its old name is deprecated"),
    ("attribute-retyped", BREAKS, "the type of the attribute {name} changed from {old} to {new}"),
    ("attribute-retyped-compatibly", HARMLESS,
     "the type of the attribute {name} changed compatibly from {old} to {new}"),
    ("attribute-became-optional", BREAKS, "the attribute {name} may now be None"),
    ("attribute-became-certain", HARMLESS, "the attribute {name} is no longer optional"),
    ("attribute-became-required", BREAKS, "the attribute {name} must now be passed"),
    ("attribute-became-fixed", BREAKS, "the attribute {name} can no longer be passed"),
    ("attribute-became-omissible", HARMLESS, "the attribute {name} need no longer be passed"),
)  # fmt: skip


def _changes() -> dict[str, Change]:
    rows = list(_CONTRACT)
    for id_, request, response, sentence in _SCHEMAS:
        rows.append((f"request-{id_}", request, f"in requests, {sentence}"))
        rows.append((f"response-{id_}", response, f"in responses, {sentence}"))
    changes = [Change(id_, Level.CONTRACT, *impact, sentence) for id_, impact, sentence in rows]
    changes += [Change(id_, Level.PYTHON, *impact, sentence) for id_, impact, sentence in _PYTHON]
    return {change.id: change for change in changes}


CHANGES = _changes()
