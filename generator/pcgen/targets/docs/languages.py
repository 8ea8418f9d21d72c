"""The languages of samples: how each writes literals, environment variables and texts."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from pcgen import ir
from pcgen.targets.code import code, dotted_name, join, part_of, string_of, text_of, value_of
from pcgen.targets.docs.requests import Shown, Use, Variable
from pcgen.targets.strings import (
    CSharpStrings,
    GoStrings,
    JavaScriptStrings,
    JavaStrings,
    ShellStrings,
    is_exact,
    json_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pcgen.targets.code import Code
    from pcgen.targets.docs.requests import Body, Part, Request, Text
    from pcgen.targets.strings import Strings

_METHODS = frozenset(("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"))


class Language:
    """A language that concatenates texts with `+`.

    Attributes:
        word: The word of fenced code.
        title: Its name.
        template: The template of its programs.
        literals: Its string literals.
        indent: The columns before the lines of a body.
    """

    word: str
    title: str
    template: str
    literals: Strings
    indent = 4

    def string(self, text: str) -> Code:
        """A literal on one line."""
        return string_of(self.literals, text)

    def variable(self, variable: Variable) -> Code:
        """An expression for the value of an environment variable."""
        raise NotImplementedError

    def expression(self, text: Text, *before: Code) -> Code:
        """An expression for a text, after other expressions."""
        given = (self.string(p) if isinstance(p, str) else self.variable(p) for p in text)
        return join([*before, *given], " + ")

    def method(self, method: str) -> Code:
        """An expression for a method of HTTP."""
        return self.string(method)

    def url(self, request: Request) -> Code:
        """An expression for a URL."""
        return self.expression(_with_queries(request), code("baseUrl"))

    def body(self, body: Body) -> Code:
        """A literal of a body, or of the path of its file."""
        if body.encoding is ir.Encoding.JSON:
            return value_of(self.literals, body.value, self.indent)
        if body.file:
            return self.string(body.file)
        return text_of(self.literals, body.text, self.indent)

    def takes_value(self, body: Body) -> bool:
        """Whether the literal of a body is a value, from which the program makes JSON."""
        del body
        return False

    def options(self, request: Request) -> Iterable[Code]:
        """The arguments of a command."""
        del request
        return ()


class JavaScript(Language):
    """JavaScript with `fetch`."""

    word, title, template = "javascript", "JavaScript", "samples/javascript.jinja"
    literals = JavaScriptStrings()
    indent = 2

    def variable(self, variable: Variable) -> Code:
        """As in the base class."""
        first, *others = (code("process.env.{}", dotted_name(name)) for name in variable.names)
        if variable.use is Use.BASIC:
            pair = join([code("${{}}", one) for one in (first, *others)], ":")
            return code('Buffer.from(`{}`).toString("base64")', pair)
        return code("encodeURIComponent({})", first) if variable.use is Use.URL else first

    def expression(self, text: Text, *before: Code) -> Code:
        """A string, a variable, or a template of several."""
        if len(text) + len(before) == 1:
            return super().expression(text, *before)
        pieces = [code("${{}}", one) for one in before]
        pieces += [
            (
                part_of(self.literals, one)
                if isinstance(one, str)
                else code("${{}}", self.variable(one))
            )
            for one in text
        ]
        return code("`{}`", join(pieces, ""))

    def body(self, body: Body) -> Code:
        """As in the base class; JSON is a value if JavaScript can hold its numbers."""
        if body.encoding is ir.Encoding.JSON and not self.takes_value(body):
            return text_of(self.literals, json_text(body.value), self.indent)
        return super().body(body)

    def takes_value(self, body: Body) -> bool:
        """As in the base class."""
        return body.encoding is ir.Encoding.JSON and is_exact(body.value)


class Java(Language):
    """Java with `java.net.http`."""

    word, title, template = "java", "Java", "samples/java.jinja"
    literals = JavaStrings()
    indent = 12

    def variable(self, variable: Variable) -> Code:
        """As in the base class."""
        read = [code("System.getenv({})", self.string(name)) for name in variable.names]
        if variable.use is Use.BASIC:
            pair = join(read, ' + ":" + ')
            return code("Base64.getEncoder().encodeToString(({}).getBytes())", pair)
        if variable.use is Use.URL:
            return code("URLEncoder.encode({}, StandardCharsets.UTF_8)", read[0])
        return read[0]


class Go(Language):
    """Go with `net/http`."""

    word, title, template = "go", "Go", "samples/go.jinja"
    literals = GoStrings()

    def variable(self, variable: Variable) -> Code:
        """As in the base class."""
        read = [code("os.Getenv({})", self.string(name)) for name in variable.names]
        if variable.use is Use.BASIC:
            pair = join(read, '+":"+')
            return code("base64.StdEncoding.EncodeToString([]byte({}))", pair)
        return code("url.QueryEscape({})", read[0]) if variable.use is Use.URL else read[0]

    def expression(self, text: Text, *before: Code) -> Code:
        """As in the base class, spaced as gofmt does in arguments."""
        given = (self.string(p) if isinstance(p, str) else self.variable(p) for p in text)
        return join([*before, *given], "+")

    def url(self, request: Request) -> Code:
        """As in the base class."""
        return self.expression(_with_queries(request), code("baseURL"))


class CSharp(Language):
    """C# with `HttpClient`."""

    word, title, template = "csharp", "C#", "samples/csharp.jinja"
    literals = CSharpStrings()

    def variable(self, variable: Variable) -> Code:
        """As in the base class."""
        read = [
            code("Environment.GetEnvironmentVariable({})", self.string(name))
            for name in variable.names
        ]
        if variable.use is Use.BASIC:
            pair = join(read, ' + ":" + ')
            return code("Convert.ToBase64String(Encoding.UTF8.GetBytes({}))", pair)
        if variable.use is Use.URL:
            return code('Uri.EscapeDataString({} ?? "")', read[0])
        return read[0]

    def method(self, method: str) -> Code:
        """As in the base class."""
        if method in _METHODS:
            return code("HttpMethod.{}", dotted_name(method.capitalize()))
        return code("new HttpMethod({})", self.string(method))


class Curl(Language):
    """The command `curl`, in a shell."""

    word, title, template = "bash", "curl", "samples/curl.jinja"
    literals = ShellStrings()
    indent = 0

    def variable(self, variable: Variable) -> Code:
        """As in the base class, between double quotes."""
        return join([code("${}", dotted_name(name)) for name in variable.names], ":")

    def expression(self, text: Text, *before: Code) -> Code:
        """A word."""
        if len(text) == 1 and isinstance(text[0], str) and not before:
            return self.string(text[0])
        pieces = [*before]
        pieces += [
            part_of(self.literals, one) if isinstance(one, str) else self.variable(one)
            for one in text
        ]
        return code('"{}"', join(pieces, ""))

    def url(self, request: Request) -> Code:
        """The URL without credentials, with a default for the variable of its beginning."""
        name = dotted_name(request.variable)
        base = code("${}", name)
        if request.base:
            default = part_of(self.literals, request.base)
            base = code("${{}:-{}}", name, default)
        return self.expression((request.target,), base)

    def options(self, request: Request) -> Iterable[Code]:
        """The arguments of `curl` but the URL."""
        if request.method != "GET":
            yield code("-X {}", self.string(request.method))
        for name, text in request.headers:
            first, *others = text
            basic = next((p for p in text if isinstance(p, Variable) and p.use is Use.BASIC), None)
            if basic is not None:
                yield code("-u {}", self.expression((basic,)))
            elif isinstance(first, str):
                yield code("-H {}", self.expression((f"{name}: {first}", *others)))
            else:
                yield code("-H {}", self.expression((f"{name}: ", *text)))
        for name, variable in request.queries:
            text = f"{quote_plus(name)}=", Variable((variable,))
            yield code("--url-query {}", self.expression(text))
        if request.body is not None:
            yield from self._body_options(request.body)
        if request.shown is Shown.STREAM:
            yield code("--no-buffer")
        if request.shown is Shown.FILE:
            yield code("-o {}", self.string(request.file))

    def _body_options(self, body: Body) -> Iterator[Code]:
        if body.encoding is ir.Encoding.FORM:
            for name, text in body.pairs:
                yield code("--data-urlencode {}", self.string(f"{quote_plus(name)}={text}"))
        elif body.encoding is ir.Encoding.MULTIPART:
            for part in body.parts:
                yield code("-F {}", self.string(_form_option(part)))
        else:
            yield code("-H {}", self.string(f"Content-Type: {body.content_type}"))
            if body.file:
                yield code("--data-binary {}", self.string(f"@{body.file}"))
            elif body.text.startswith("@"):  # Else the name of a file.
                yield code("--data-raw {}", self.body(body))
            else:
                yield code("-d {}", self.body(body))


LANGUAGES: dict[str, Language] = {
    "curl": Curl(),
    "javascript": JavaScript(),
    "java": Java(),
    "go": Go(),
    "csharp": CSharp(),
}
"""The languages by the names that the configuration lists, in the order of pages."""


def _form_option(part: Part) -> str:
    """A part in the notation of `curl -F`."""
    quoted = part.text.replace("\\", "\\\\").replace('"', '\\"')
    content = f"@{part.file}" if part.file else f'"{quoted}"'
    content += f";filename={part.file_name}" if part.file_name and not part.file else ""
    return f"{part.name}={content}" + (f";type={part.content_type}" if part.content_type else "")


def _with_queries(request: Request) -> Text:
    """The URL after its base, with the credentials in the query."""
    pieces: list[str | Variable] = []
    text = request.target
    for name, variable in request.queries:
        sign = "&" if pieces or "?" in text else "?"
        pieces += [f"{text}{sign}{quote_plus(name)}=", Variable((variable,), Use.URL)]
        text = ""
    return tuple([*pieces, text] if text else pieces)
