"""Secrets out of events, results and logs, so that a report can be shown to anybody.

What a secret is, is told by its name (`Authorization`, `password`, `X-Api-Key`) or by its look (an AWS key id, a JSON
web token). Once seen it is taken out wherever else it stands, as in a log. So is, in its place, what a token's claims
say of its user. Everything keeps its form: objects their keys, lists their length, values their type, bodies their
JSON, base64 and query strings. The same input gives the same output, and a second time changes nothing.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, quote_plus

from lambda_contracts.http import Headers

MARK = "REDACTED"
"""What stands where a secret was: letters only, so that it needs no escape in JSON, XML, a header or a query."""

_PARTS = (
    "password", "passwd", "passphrase", "passcode", "secret", "authorization", "apikey", "accesskey", "privatekey",
    "credential", "cookie",
)  # fmt: skip
_ENDS = ("token", "signature", "sessionid", "pwd")
"""Names of secrets, in lower case and without separators: what they contain, and what they end with."""

_LOOKS = tuple(
    (re.compile(pattern, re.DOTALL), shortest, tuple(tuple(one.split("|")) for one in hints))
    for pattern, shortest, *hints in (
        # an AWS access key id, and the secret of one
        (r"(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])", 20, "AKIA|ASIA|ABIA|ACCA"),
        (
            r"(?<![\w/+=-])(?=[A-Za-z0-9/+]{40}(?![\w/+=-]))"
            r"(?=[^\s]{0,39}[a-z])(?=[^\s]{0,39}[A-Z])(?=[^\s]{0,39}[0-9])[A-Za-z0-9/+]{40}",
            40,
        ),
        (r"(?<![\w-])eyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*){0,3}", 10, "eyJ", "."),  # a JSON web token
        (
            r"(?<![\w-])(?:gh[opsur]_|github_pat_|glpat-|xox[abeoprs]-|[prs]k_(?:live|test)_|sk-|AIza)[\w-]{16,}",
            19, "gho_|ghp_|ghs_|ghu_|ghr_|github_pat_|glpat-|xox|k_live_|k_test_|sk-|AIza", "-|_|AIza",
        ),
        (r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|\Z)", 27, "-----BEGIN "),
        (r"(?<=://)[^/\s:@]{0,200}:[^/\s@]{1,200}(?=@)", 6, "://", "@"),  # user and password of a URL
        (r"(?<=[Bb]earer )[\w.~+/=-]{16,}|(?<=[Bb]asic )[\w.~+/=-]{16,}", 22, "earer |asic "),
    )
)  # fmt: skip
"""What secrets look like, whatever they are called: a pattern, how long a text is at the least that has one, and what
stands in it, one of each group.

Nearly every text is known by the latter to have none. To search all of it for each takes a second for two megabytes.
"""

_COOKIE_LINE = re.compile(r"(?<![\w-])((?:set-)?cookie: *)([^\r\n\"']+)", re.IGNORECASE)
_FORM_FIELD = re.compile(r'(?<=[ ;]name=")([^"\r\n]{1,80})("[^\r\n]*\r?\n(?:[^\r\n]+\r?\n)?\r?\n)([^\r\n]+)')
_NAME = re.compile(r"(?<![\w-])([\w.\[\]-]{1,80}+)\\*[\"']?\s{0,3}[:=]\s{0,3}")
"""A name in a text, before its value: `a=` of a query, `"a": ` of JSON however often escaped, `a: ` of a log."""
_VALUE = re.compile(
    r"\"(?P<double>(?:[^\"\\]|\\.)*)(?:\"|\\?\Z)"
    r"|'(?P<single>(?:[^'\\]|\\.)*)(?:'|\\?\Z)"
    r"|(?P<quote>\\+[\"'])(?P<escaped>(?:(?!(?P=quote)).)*)(?:(?P=quote)|\Z)"
    r"|(?!(?:null|none|true|false)\b)(?P<bare>(?:(?:bearer|basic|digest|negotiate) +)?[^\s&;,\"'\\<>(){}\[\]]+)",
    re.DOTALL | re.IGNORECASE,
)
"""The value that follows: quoted (to the end of the text, where it was cut), or a word, after the scheme of one."""

_BASE64 = re.compile(r"[A-Za-z0-9+/\s]+(?:={1,2}\s*)?")
_SEPARATORS = bytes(code for code in range(128) if not chr(code).isalnum())
_BREAKS = dict.fromkeys(map(ord, "\r\n\t"))
_SCHEMES = ("basic", "bearer", "digest", "negotiate", "aws4-hmac-sha256")
_IMPERSONAL_CLAIMS = frozenset(
    {"iss", "aud", "exp", "iat", "nbf", "auth_time", "token_use", "scope", "client_id", "cognito:groups"}
)
"""Claims of a token that do not say whose it is."""
_COOKIE_ATTRIBUTES = ("path", "domain", "expires", "max-age", "samesite", "httponly", "secure", "partitioned")
_SHORTEST = 6
"""Characters. Shorter secrets are taken out where they are named, not wherever those letters stand."""
_SHORTEST_BASE64 = 16
"""Characters. A shorter word is taken for base64 only where the event says that it is."""
_SHORT = 100
"""Characters. Texts up to here are remembered once they were looked at: headers and keys come again."""
_BEGINNING = 16
"""Characters by which a secret is known when it was cut."""


class Redactor:
    """Takes secrets out, and remembers them: what one value called a secret is one in every later text."""

    def __init__(self, *values: Any) -> None:
        self._known: set[str] = set()
        self._found: re.Pattern[str] | None = None
        self._beginnings: set[str] = set()
        self._learning = False
        for value in values:
            self.learn(value)

    def learn(self, value: Any) -> None:
        """Remember the secrets in a JSON value, or in bytes."""
        self._learning = True
        try:
            if isinstance(value, bytes):
                self._payload(value)
            else:
                self._walk(value)
        except RecursionError:  # all of it is one secret, which stands nowhere else
            return
        finally:
            self._learning = False

    def value(self, value: Any) -> Any:
        """Return a JSON value without its secrets. One that is nested too deep to be read is one secret."""
        self.learn(value)  # a secret may stand before the place that names it
        try:
            return self._walk(value)
        except RecursionError:
            return MARK

    def text(self, text: str) -> str:
        """Return a text without its secrets, as a line of a log, or the body of a request."""
        self.learn(text)
        return self._text(text)

    def payload(self, payload: bytes) -> bytes:
        """Return a payload or body without its secrets; bytes that are no UTF-8 keep what is no text."""
        self.learn(payload)
        return self._payload(payload)

    def headers(self, headers: Headers) -> Headers:
        """Return headers without their secrets."""
        return tuple((name, self._walk(value, _secret(name))) for name, value in headers)

    # --- values -----------------------------------------------------------------------------------------------------

    def _walk(self, value: Any, name: str = "") -> Any:
        """Redact a value; `name` is that of the secret that it is or lies in."""
        if isinstance(value, Mapping):
            return self._object(value, name)
        if isinstance(value, list | tuple):
            return [self._walk(item, name) for item in value]
        if isinstance(value, str):
            return self._named(name, value) if name else self._text(value)
        if name and isinstance(value, int | float) and not isinstance(value, bool):
            return 0
        return value

    def _object(self, fields: Mapping[Any, Any], name: str) -> dict[Any, Any]:
        redacted: dict[Any, Any] = {}
        for key, value in fields.items():
            place = self._looked(str(key)) if isinstance(key, str) else key
            while place in redacted:
                place = f"{place}~"
            if key == "body" and isinstance(value, str) and fields.get("isBase64Encoded") is True and not name:
                inner = self._base64(value, binary=True)
                redacted[place] = self._text(value) if inner is None else inner
            elif key == "claims" and isinstance(value, Mapping) and not name:
                redacted[place] = {claim: _claim(claim, self._walk(held)) for claim, held in value.items()}
            else:
                redacted[place] = self._walk(value, name or _secret(str(key)))
        return redacted

    def _named(self, name: str, value: str) -> str:
        """Redact what a name says is a secret. Cookies keep their names, and an Authorization its scheme."""
        if "cookie" in name and "=" in value:
            return self._cookies(value, sent="set" not in name)
        scheme, space, rest = value.partition(" ")
        if rest and scheme.lower() in _SCHEMES:
            return f"{scheme}{space}{self._hidden(rest)}"
        return self._hidden(value)

    def _cookies(self, text: str, *, sent: bool) -> str:
        parts = []
        for number, part in enumerate(text.split(";")):
            name, equals, value = part.partition("=")
            if name.strip().lower() in _COOKIE_ATTRIBUTES and number and not sent:
                parts.append(part)
            else:
                parts.append(f"{name}={self._hidden(value)}" if equals else self._hidden(part))
        return ";".join(parts)

    def _hidden(self, secret: str) -> str:
        """Return what stands for a secret, and remember it."""
        plain = secret.strip()
        if not plain:
            return secret
        if plain not in self._known and _memorable(plain):
            self._known.add(plain)
            self._found = None
        return MARK

    # --- texts ------------------------------------------------------------------------------------------------------

    def _payload(self, payload: bytes) -> bytes:
        try:
            return self._text(payload.decode()).encode()
        except UnicodeError:
            return self._text(payload.decode("latin-1")).encode("latin-1")

    def _text(self, text: str) -> str:
        """Redact a text: what it is made of (JSON, base64) piece by piece, else by names, looks and what is known."""
        inner = self._json(text)
        if inner is None:
            inner = self._base64(text, binary=False)
        if inner is not None:
            return inner
        if "cookie" in text.lower():
            text = _COOKIE_LINE.sub(lambda match: match[1] + self._cookies(match[2], sent=match[1][0] in "cC"), text)
        if ' name="' in text or ';name="' in text:
            text = _FORM_FIELD.sub(self._in_form, text)
        return self._scrubbed(self._looked(self._names(text)))

    def _json(self, text: str) -> str | None:
        """Redact JSON inside a text; None when it is none, or has no secret to take out."""
        if text.lstrip()[:1] not in ("{", "[", '"'):
            return None
        try:
            value = json.loads(text)
            redacted = self._walk(value)
            if redacted == value:
                return None
            return json.dumps(redacted, ensure_ascii=False, separators=None if '": ' in text else (",", ":"))
        except (ValueError, RecursionError):
            return None

    def _base64(self, text: str, *, binary: bool) -> str | None:
        """Redact base64, and what it encodes; None when it is none, or no text unless that is expected."""
        if not _BASE64.fullmatch(text) or not (binary or len(text) >= _SHORTEST_BASE64):
            return None
        joined = "".join(text.split()).rstrip("=")
        try:
            decoded = base64.b64decode(joined + "=" * (-len(joined) % 4), validate=True)
        except binascii.Error:
            return None
        if not binary and not _readable(decoded):
            return None
        redacted = self._payload(decoded)
        return text if redacted == decoded else base64.b64encode(redacted).decode()

    def _in_form(self, match: re.Match[str]) -> str:
        return match[0] if not _secret(match[1]) else f"{match[1]}{match[2]}{self._hidden(match[3])}"

    def _names(self, text: str) -> str:
        """Redact the values of secrets that a text names."""
        if (":" not in text and "=" not in text) or not _mentions_secret(text):
            return text
        parts, done = [], 0
        for found in _NAME.finditer(text):
            value = _VALUE.match(text, found.end()) if found.start() >= done and _secret(found[1]) else None
            if value is not None:
                kind = next(kind for kind in ("double", "single", "escaped", "bare") if value[kind] is not None)
                parts += [text[done : value.start(kind)], self._named(_secret(found[1]), value[kind])]
                done = value.end(kind)
        return "".join([*parts, text[done:]])

    def _looked(self, text: str) -> str:
        if len(text) <= _SHORT and _inconspicuous(text):
            return text
        for look in _possible_looks(text):
            text = look.sub(lambda match: self._hidden(match[0]), text)
        return text

    def _scrubbed(self, text: str) -> str:
        """Take out what is known, however it is written here: as it is, escaped, quoted or cut."""
        if not self._known or self._learning:
            return text
        if self._found is None:
            written = {form for secret in self._known for form in _forms(secret)}
            longest_first = sorted(written, key=lambda form: (-len(form), form))
            self._found = re.compile("|".join([MARK, *map(_pattern, longest_first)]))
            self._beginnings = set(map(_beginning, written))
        if not any(beginning in text for beginning in self._beginnings):
            return text
        return self._found.sub(MARK, text)


def redact(value: Any) -> Any:
    """Return a JSON value without its secrets."""
    return Redactor().value(value)


def _claim(name: str, value: Any) -> Any:
    """Redact a claim that says who the user is, there only: a name may well be a word of the path."""
    return MARK if value and isinstance(value, str) and name not in _IMPERSONAL_CLAIMS else value


def _plain(name: str) -> str:
    return name.lower().encode("ascii", "ignore").translate(None, _SEPARATORS).decode()


def _mentions_secret(text: str) -> bool:
    """Whether the name of a secret may stand in a text."""
    plain = _plain(text)
    return any(part in plain for part in _PARTS + _ENDS)


def _secret(name: str) -> str:
    """Return a name in its plain form if it is that of a secret, else nothing."""
    return _named_secret(name[:200])


@lru_cache(maxsize=4096)  # the names of one event are those of the next
def _named_secret(name: str) -> str:
    plain = _plain(name)
    return plain if any(part in plain for part in _PARTS) or plain.endswith(_ENDS) else ""


@lru_cache(maxsize=4096)
def _inconspicuous(text: str) -> bool:
    """Whether nothing in a text looks like a secret."""
    return not any(look.search(text) for look in _possible_looks(text))


def _possible_looks(text: str) -> Iterator[re.Pattern[str]]:
    """Yield the patterns that a text may hold something of."""
    for look, shortest, hints in _LOOKS:
        if len(text) >= shortest and all(any(hint in text for hint in group) for group in hints):
            yield look


def _memorable(secret: str) -> bool:
    """Whether a secret can be looked for elsewhere: not a few letters, nor what any text about secrets says."""
    ordinary = secret in MARK or MARK in secret or _plain(secret) in _PARTS + _ENDS
    return len(secret) >= _SHORTEST and not ordinary


def _readable(payload: bytes) -> bool:
    try:
        text = payload.decode()
    except UnicodeError:
        return False
    return text.translate(_BREAKS).isprintable()


_FORMS: tuple[Callable[[str], str], ...] = (
    str,
    lambda text: json.dumps(text)[1:-1],
    lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    lambda text: repr(text)[1:-1],
    lambda text: quote(text, safe="", errors="replace"),
    lambda text: quote_plus(text, errors="replace"),
)


def _forms(secret: str) -> set[str]:
    return {form(secret) for form in _FORMS}


def _beginning(form: str) -> str:
    """Return what a known secret is known by where a message cut it; a short one is known whole."""
    return form[:_BEGINNING] if len(form) >= 2 * _BEGINNING else form


def _pattern(form: str) -> str:
    """Return the pattern of a known secret: whole, or its beginning where a message cut it."""
    beginning = _beginning(form)
    if beginning == form:
        return re.escape(form)
    return rf"{re.escape(form)}|{re.escape(beginning)}[^\s\"'<>&;,]*"
