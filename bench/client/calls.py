"""How are the HTTP calls made? One blocking call a time in a few threads, with the cookies of one visitor."""

import asyncio
import http.client
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from random import Random
from typing import Any
from urllib.parse import urlencode

import orjson

from bench.client.wire import Address

_THREADS = ThreadPoolExecutor(max_workers=16, thread_name_prefix="bench-calls")
_CSRF_COOKIES = ("c", "csrftoken")
_FORM_TOKEN = re.compile(rb'name="csrfmiddlewaretoken"\s+value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and body of one call."""

    status: int
    content: bytes

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> Any:
        return orjson.loads(self.content)


class CallRefusedError(Exception):
    """The service answered with an error: `status` and, where it gave one, `code`."""

    def __init__(self, call: str, answer: Answer) -> None:
        self.status = answer.status
        self.code = ""
        self.final = True
        try:
            body = answer.json()
            self.code = str(body.get("code", ""))
            self.final = bool(body.get("final", answer.status < 500))
        except (ValueError, AttributeError):
            self.final = answer.status < 500
        super().__init__(f"{call}: {answer.status} {self.code}".rstrip())


@dataclass(slots=True)
class Calls:
    """The HTTP side of one visitor, over any of the service's processes."""

    addresses: Sequence[Address]
    random: Random = field(default_factory=Random)
    bearer: str | None = None
    cookies: dict[str, str] = field(default_factory=dict)
    timeout: float = 10.0

    async def get(self, path: str) -> Any:
        return await self.api("GET", path)

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        return await self.api("POST", path, body)

    async def api(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """A call under /api/v1/. Raises CallRefusedError for an error answer, OSError if nobody answered."""
        headers = {"Accept": "application/json"}
        if self.bearer:
            headers["Authorization"] = f"Bearer {self.bearer}"
        if self.csrf_token:
            headers["X-CSRFToken"] = self.csrf_token
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = orjson.dumps(body)
        answer = await self._call(method, f"/api/v1/{path}", headers, content)
        if not answer.ok:
            raise CallRefusedError(f"{method} {path}", answer)
        return answer.json() if answer.content else None

    async def sign_in(self, email: str, password: str) -> None:
        """Fills the sign-in form as a browser would; raises PermissionError if it is shown again."""
        page = await self._call("GET", "/accounts/login/", {}, None)
        token = _FORM_TOKEN.search(page.content)
        form = {"login": email, "password": password}
        if token:
            form["csrfmiddlewaretoken"] = token[1].decode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = await self._call("POST", "/accounts/login/", headers, urlencode(form).encode())
        if answer.status != 302:
            raise PermissionError(f"sign-in of {email} was refused ({answer.status})")

    @property
    def csrf_token(self) -> str:
        return next((self.cookies[name] for name in _CSRF_COOKIES if name in self.cookies), "")

    @property
    def cookie_header(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    async def _call(self, method: str, path: str, headers: dict[str, str], content: bytes | None) -> Answer:
        address = self.random.choice(self.addresses)
        if self.cookies:
            headers["Cookie"] = self.cookie_header
        headers |= {"Origin": address.origin, "Referer": f"{address.origin}/"}
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(_THREADS, self._blocking, address, method, path, headers, content)

    def _blocking(
        self, address: Address, method: str, path: str, headers: dict[str, str], content: bytes | None
    ) -> Answer:
        kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
        connection = kind(address.host, address.port, timeout=self.timeout)
        try:
            connection.request(method, path, body=content, headers=headers)
            response = connection.getresponse()
            for line in response.headers.get_all("Set-Cookie") or ():
                self._keep_cookie(line)
            return Answer(response.status, response.read())
        except http.client.HTTPException as failure:
            raise OSError(f"{method} {path}: {failure!r}") from failure
        finally:
            connection.close()

    def _keep_cookie(self, line: str) -> None:
        for name, morsel in SimpleCookie(line).items():
            if morsel["max-age"] == "0" or morsel.value == "":
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.value
