"""Who may do what? One row an action, or more where it matters what it is done to.

A row names the actors of each answer; `rest` is what everybody else gets. Refusals of the API are the codes of
docs/protocol.md; of pages: `sign_in` (led to the sign-in page), `door` (to that of the operators' site),
`forbidden` (403), `not_found` (404), `not_allowed` (405), `elsewhere` (another redirect).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from tests.access.actors import ACTORS, AT_A_CONSOLE, NO_CONSOLE, SIGNED_OUT
from tests.cast import make_cid

SERVING = "holder colleague stranger granted expired moved"
SIGNED_IN = f"{AT_A_CONSOLE} {NO_CONSOLE}"


@dataclass(frozen=True)
class Row:
    """`path` and the values of `body` and `form` take the names of the world's things in braces."""

    action: str
    path: str
    rest: str
    answers: Mapping[str, str]
    body: Mapping[str, Any] | None = None
    form: Mapping[str, Any] | None = None
    title: str = field(default="")

    @property
    def method(self) -> str:
        return self.action.split()[0]

    def expected(self) -> dict[str, str]:
        named = [(actor, answer) for answer, actors in self.answers.items() for actor in actors.split()]
        assert len({actor for actor, _ in named}) == len(named), f"{self.action} names an actor twice"
        assert {actor for actor, _ in named} <= set(ACTORS), f"{self.action} names somebody unknown"
        return dict.fromkeys(ACTORS, self.rest) | dict(named)

    def things(self) -> set[str]:
        """What of the world this row asks for."""
        return {name for name in GHOSTS if f"{{{name}}}" in self.path}

    def request(self, things: Mapping[str, Any]) -> dict[str, Any]:
        words = {**things, "cid": make_cid()}
        filled: dict[str, Any] = {"method": self.method, "path": self.path.format(**words)}
        if self.body is not None:
            filled["body"] = {key: _fill(value, words) for key, value in self.body.items()}
        if self.form is not None:
            filled["form"] = {key: _fill(value, words) for key, value in self.form.items()}
        return filled


def _fill(value: Any, words: Mapping[str, Any]) -> Any:
    if not isinstance(value, str) or not value.startswith("{"):
        return value
    thing = words[value[1:-1]]
    return str(thing) if isinstance(thing, UUID) else thing


GHOSTS: Mapping[str, Any] = {
    **{talk: uuid4() for talk in ("talk", "ended", "wrapped", "theirs", "waiting", "offered", "wide")},
    "slug": "nowhere",
    "invitation": 10**6,
    "membership": 10**6,
    "phrase": 10**6,
    "house_phrase": 10**6,
    "grant": 10**6,
}
"""In place of what is there: something that is not."""


def _api(
    action: str, *, title: str = "", body: Any = None, query: str = "", rest: str, **answers: str
) -> Row:
    method, _, path = action.partition(" ")
    shape = path
    for talk in ("talk", "ended", "wrapped", "theirs", "waiting", "offered", "wide"):
        shape = shape.replace(f"{{{talk}}}", "{conversation_id}")
    shape = shape.replace("{grant}", "{grant_id}")
    shape = shape.replace("{phrase}", "{phrase_id}").replace("{house_phrase}", "{phrase_id}")
    return Row(f"{method} /api/v1/{shape}", f"/api/v1/{path}{query}", rest, answers, body=body, title=title)


def _console(action: str, *, title: str = "", body: Any = None, query: str = "", **answers: str) -> Row:
    """Nobody signed in is told so; to everybody else what they may not see is not there."""
    answers.setdefault("not_signed_in", SIGNED_OUT)
    return _api(f"{action}", title=title, body=body, query=query, rest="not_found", **answers)


def _page(
    action: str, path: str = "", *, form: Any = None, title: str = "", rest: str, **answers: str
) -> Row:
    if action.startswith("POST") and form is None:
        form = {}
    return Row(action, path or action.split()[1], rest, answers, form=form, title=title)


def _staff(action: str, path: str, *, form: Any = None, rest: str = "not_found", **answers: str) -> Row:
    return _page(action, path, form=form, rest=rest, sign_in=SIGNED_OUT, **answers)


COMMAND = {"cid": "{cid}"}
MESSAGE = {"cid": "{cid}", "body": "はい"}
TRANSFER = {"cid": "{cid}", "kind": "organisation", "to": "{foreign}", "note": "続きをお願いします"}
OUTCOME = {"cid": "{cid}", "category": "listened", "established": True, "note": ""}
TAKE = {"cid": "{cid}", "reason": "急ぎ", "counsellor": "{person}"}
PHRASE = {"shortcut": "new", "text": "こんばんは"}
REQUEST = {"cid": "{cid}", "topic": "{topic}", "language": "ja", "notice": "{notice}", "answers": {}}
SEEKERS = "seeker other_seeker"

API = (
    _api("GET topics", rest="ok"),
    _api("POST conversations", body=REQUEST, rest="bad_token", token_used=SEEKERS, ok="revoked_seeker"),
    _api("GET conversation", rest="bad_token", ok=SEEKERS),
    _api("GET conversation/events", rest="bad_token", ok=SEEKERS),
    _api("POST conversation/messages", body=MESSAGE, rest="bad_token", ok=SEEKERS),
    _api("POST conversation/leave", body=COMMAND, rest="bad_token", ok=SEEKERS),
    _api("POST conversation/forget", body={}, rest="bad_token", ok=SEEKERS),
    _console("GET console/board", ok=AT_A_CONSOLE),
    _console("POST console/presence", body={"status": "available", "capacity": 3}, ok=SERVING),
    _console("POST console/accept-next", body=COMMAND, ok=SERVING),
    _console(
        "POST console/accept-next",
        title="for Harbour",
        body={"cid": "{cid}", "organisation": "{organisation}"},
        ok="holder colleague",
    ),
    _console("GET console/conversations/{talk}", ok="holder supervisor granted"),
    _console("GET console/conversations/{talk}/events", ok="holder supervisor granted"),
    _console("POST console/conversations/{talk}/messages", body=MESSAGE, ok="holder"),
    _console("POST console/conversations/{talk}/notes", body=MESSAGE, ok="holder"),
    _console("POST console/conversations/{talk}/moment", body=COMMAND, ok="holder"),
    _console("POST console/conversations/{talk}/wrap-up", body=OUTCOME, ok="holder"),
    _console("POST console/conversations/{talk}/close", body=COMMAND, wrap_up_first="holder"),
    _console("GET console/conversations/{theirs}", ok="stranger foreign_supervisor"),
    _console("GET console/conversations/{theirs}/events", ok="stranger foreign_supervisor"),
    _console("POST console/conversations/{theirs}/messages", body=MESSAGE, ok="stranger"),
    _console("POST console/conversations/{theirs}/notes", body=MESSAGE, ok="stranger"),
    _console("POST console/conversations/{theirs}/moment", body=COMMAND, ok="stranger"),
    _console("POST console/conversations/{theirs}/wrap-up", body=OUTCOME, ok="stranger"),
    _console("GET console/conversations/{wrapped}", ok="holder supervisor"),
    _console("POST console/conversations/{wrapped}/moment", body=COMMAND, wrong_state="holder"),
    _console("POST console/conversations/{wrapped}/close", body=COMMAND, ok="holder"),
    # Answered and ended by somebody who has since gone over to the other house.
    _console("GET console/conversations/{ended}", ok="supervisor"),
    _console("GET console/conversations/{ended}/events", ok="supervisor"),
    _console("POST console/conversations/{ended}/messages", body=MESSAGE),
    _console("POST console/conversations/{ended}/notes", body=MESSAGE),
    _console("POST console/conversations/{ended}/moment", body=COMMAND),
    _console("POST console/conversations/{ended}/wrap-up", body=OUTCOME),
    _console("POST console/conversations/{ended}/close", body=COMMAND),
    # Nobody's yet: its place in the queue is all that anybody knows of it.
    _console("GET console/conversations/{waiting}"),
    _console("GET console/conversations/{waiting}/events"),
    _console("POST console/conversations/{waiting}/messages", body=MESSAGE),
    _console("POST console/conversations/{waiting}/notes", body=MESSAGE),
    _console("POST console/conversations/{waiting}/moment", body=COMMAND),
    _console("POST console/conversations/{waiting}/wrap-up", body=OUTCOME),
    _console("POST console/conversations/{waiting}/close", body=COMMAND),
    _console("GET console/transfer-targets", query="?conversation={talk}", ok="holder"),
    _console("POST console/conversations/{talk}/transfer", body=TRANSFER, ok="holder"),
    _console("POST console/conversations/{theirs}/transfer", body=TRANSFER, ok="stranger"),
    _console("POST console/conversations/{ended}/transfer", body=TRANSFER),
    _console("POST console/conversations/{waiting}/transfer", body=TRANSFER),
    _console("POST console/conversations/{talk}/transfer/withdraw", body=COMMAND, wrong_state="holder"),
    _console("POST console/conversations/{talk}/transfer/accept", body=COMMAND),
    _console("POST console/conversations/{talk}/transfer/decline", body=COMMAND),
    # Offered by Harbour's counsellor to a person of the other house, and to the other house as a whole.
    _console("POST console/conversations/{offered}/transfer/withdraw", body=COMMAND, ok="holder"),
    _console("POST console/conversations/{offered}/transfer/accept", body=COMMAND, ok="stranger"),
    _console("POST console/conversations/{offered}/transfer/decline", body=COMMAND, ok="stranger"),
    _console("GET console/conversations/{offered}", ok="holder supervisor"),
    _console("GET console/conversations/{offered}/events", ok="holder supervisor"),
    _console("POST console/conversations/{wide}/transfer/withdraw", body=COMMAND, ok="holder"),
    _console(
        "POST console/conversations/{wide}/transfer/accept",
        body=COMMAND,
        ok="stranger granted expired moved",
    ),
    _console("POST console/conversations/{wide}/transfer/decline", body=COMMAND),
    _console("POST console/conversations/{talk}/grants/{grant}/end", body=COMMAND, ok="supervisor"),
    # Out of order: by those who supervise an organisation that serves it, for a counsellor of that organisation.
    _console("GET console/conversations/{waiting}/takers", ok="supervisor foreign_supervisor"),
    _console("GET console/conversations/{talk}/takers"),
    _console("POST console/conversations/{waiting}/take", body=TAKE, ok="supervisor"),
    _console(
        "POST console/conversations/{waiting}/take", title="for oneself", body={**TAKE, "counsellor": None}
    ),
    _console("POST console/conversations/{talk}/take", body=TAKE),
    _console("POST console/conversations/{theirs}/take", body=TAKE),
    _console("POST console/conversations/{ended}/take", body=TAKE),
    _console("GET console/phrases", ok=f"{AT_A_CONSOLE} manager foreign_manager"),
    _console("POST console/phrases", body=PHRASE, ok=f"{AT_A_CONSOLE} manager foreign_manager"),
    _console(
        "POST console/phrases",
        title="for Harbour",
        body={**PHRASE, "organisation": "{organisation}"},
        ok="manager",
    ),
    _console("DELETE console/phrases/{phrase}", ok="holder"),
    _console("DELETE console/phrases/{house_phrase}", ok="manager"),
    _console("GET console/supervision", ok=AT_A_CONSOLE),
)

AT_HARBOUR = "/organisation/at/{slug}/"
KEY = r"accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$"
NEWCOMER = {"email": "another@example.org", "role": "counsellor"}

PAGES = (
    _page("GET /api/v1/", rest="not_found"),
    _page("GET /api/v1/openapi.json", rest="ok"),
    _page("GET /", rest="elsewhere"),
    _page("GET /chat/", rest="ok"),
    _page("GET /embed/<slug:slug>/", "/embed/{slug}/", rest="ok"),
    _page("GET /demo/<slug:slug>/", "/demo/{slug}/", rest="not_found"),
    _staff("GET /console/", "/console/", ok=AT_A_CONSOLE, rest="forbidden"),
    _page("GET /accounts/login/", rest="elsewhere", ok=SIGNED_OUT),
    _page("GET /accounts/logout/", rest="ok", elsewhere=SIGNED_OUT),
    _page("GET /accounts/inactive/", rest="ok"),
    _page("GET /accounts/reauthenticate/", rest="ok", sign_in=SIGNED_OUT),
    _page("GET /accounts/password/change/", rest="ok", sign_in=SIGNED_OUT),
    _page("GET /accounts/password/reset/", rest="ok"),
    _page("GET /accounts/password/reset/done/", rest="ok"),
    _page("GET /accounts/password/reset/key/done/", rest="ok"),
    _page(f"GET /{KEY}", "/accounts/password/reset/key/0-nothing/", rest="ok"),
    _staff(
        "GET /organisation/",
        "/organisation/",
        elsewhere="manager foreign_manager",
        ok="operator",
        rest="forbidden",
    ),
    _page("GET /organisation/invitation/", rest="not_found"),
    _page("GET /organisation/invitation/<str:token>/", "/organisation/invitation/{token}/", rest="elsewhere"),
    _page("GET /organisation/invitation/<str:token>/", "/organisation/invitation/nothing/", rest="not_found"),
    _page("POST /organisation/language/", form={"language": "en"}, rest="elsewhere"),
    _staff("GET /organisation/at/<slug:slug>/", AT_HARBOUR, ok="manager operator"),
    _staff(
        "POST /organisation/at/<slug:slug>/invite/",
        f"{AT_HARBOUR}invite/",
        form=NEWCOMER,
        ok="manager operator",
    ),
    _staff(
        "POST /organisation/at/<slug:slug>/invitations/<int:pk>/revoke/",
        f"{AT_HARBOUR}invitations/{{invitation}}/revoke/",
        elsewhere="manager operator",
    ),
    _staff(
        "POST /organisation/at/<slug:slug>/roles/<int:pk>/end/",
        f"{AT_HARBOUR}roles/{{membership}}/end/",
        elsewhere="manager operator",
    ),
    _staff("GET /organisation/at/<slug:slug>/desk/", f"{AT_HARBOUR}desk/", ok="manager operator"),
    _staff(
        "POST /organisation/at/<slug:slug>/desk/",
        f"{AT_HARBOUR}desk/",
        form={"gone_minutes": "5", "silent_nudge_minutes": "3", "silent_alert_minutes": "6"},
        elsewhere="manager operator",
    ),
    _staff("GET /organisation/at/<slug:slug>/clearances/", f"{AT_HARBOUR}clearances/", ok="manager operator"),
    _staff("POST /organisation/at/<slug:slug>/clearances/", f"{AT_HARBOUR}clearances/", elsewhere="manager"),
    _staff(
        "POST /organisation/at/<slug:slug>/embedding/",
        f"{AT_HARBOUR}embedding/",
        form={"origins": "https://example.org", "exit_url": ""},
        elsewhere="manager operator",
    ),
)


def _site(action: str, path: str = "", **answers: str) -> Row:
    """On the operators' site: whoever may not enter is led to its door, which has a row of its own."""
    return _page(f"GET /operator/{action}", f"/operator/{path or action}", rest="door", **answers)


def _rows_of(model: str, row: str, views: str, *, auditor: bool = False) -> list[Row]:
    """The six pages of one kind of row; `views` are those an operator may open, the others are forbidden."""
    at = f"{model}/<path:object_id>/"
    pages = {
        "list": (f"{model}/", f"{model}/"),
        "add": (f"{model}/add/", f"{model}/add/"),
        "history": (f"{at}history/", f"{model}/{row}/history/"),
        "delete": (f"{at}delete/", f"{model}/{row}/delete/"),
        "change": (f"{at}change/", f"{model}/{row}/change/"),
    }
    assert set(views.split()) <= set(pages)
    rows = [_site(at, f"{model}/{row}/", elsewhere="operator auditor")]
    for view, (action, path) in pages.items():
        allowed = "operator auditor" if auditor else "operator"
        refused = " ".join({"operator", "auditor"} - set(allowed.split()))
        if view in views.split():
            rows.append(_site(action, path, ok=allowed, forbidden=refused))
        else:
            rows.append(_site(action, path, forbidden="operator auditor"))
    return rows


OPERATORS_SITE = (
    _site("", ok="operator auditor"),
    _page("GET /operator/login/", rest="forbidden", sign_in=SIGNED_OUT, elsewhere="operator auditor"),
    _page("GET /operator/logout/", rest="elsewhere", not_allowed="operator auditor"),
    _page("GET /operator/password_change/", rest="elsewhere"),
    _site("password_change/done/", ok="operator auditor"),
    _site("autocomplete/", forbidden="operator auditor"),
    _site(
        "autocomplete/",
        "autocomplete/?app_label=organisations&model_name=membership&field_name=person&term=a",
        ok="operator",
        forbidden="auditor",
    ),
    _site("jsi18n/", ok="operator auditor"),
    _site(
        "r/<path:content_type_id>/<path:object_id>/",
        "r/{conversation_type}/{talk}/",
        not_found="operator auditor",
    ),
    _site("^(?P<app_label>organisations|chat)/$", "organisations/", ok="operator auditor"),
    _site("(?P<url>.*)$", "nowhere/", not_found="operator auditor"),
    *_rows_of("organisations/organisation", "{organisation}", "list add history change"),
    *_rows_of("organisations/membership", "{membership}", "list add history change"),
    *_rows_of("organisations/platformrole", "{platformrole}", "list add history change"),
    *_rows_of("organisations/person", "{person}", "list history change"),
    *_rows_of("organisations/auditentry", "{auditentry}", "list history change", auditor=True),
    *_rows_of("chat/topic", "{topic_pk}", "list add history change"),
    *_rows_of("chat/topicservice", "{topicservice}", "list add history change"),
    *_rows_of("chat/openingwindow", "{openingwindow}", "list add history change delete"),
    *_rows_of("chat/campaign", "{campaign}", "list add history change delete"),
    *_rows_of("chat/dateexception", "{dateexception}", "list add history change delete"),
    *_rows_of("chat/phoneline", "{phoneline}", "list add history change delete"),
    *_rows_of("chat/notice", "{draft}", "list add history change"),
)

ROWS = (*API, *PAGES, *OPERATORS_SITE)


def _all_but(some: str) -> str:
    return " ".join(actor for actor in ACTORS if actor not in some.split())


def _others_at_a_console(some: str) -> str:
    return " ".join(actor for actor in AT_A_CONSOLE.split() if actor not in some.split())


CONSOLE_SOCKET: Mapping[str, Mapping[str, str]] = {
    "hello": {
        "welcome": AT_A_CONSOLE,
        "error not_signed_in": SIGNED_OUT,
        "error not_found": NO_CONSOLE,
    },
    "follow": {
        "event": "holder supervisor granted",
        "revoked not_found": _others_at_a_console("holder supervisor granted"),
    },
    "send": {"event": "holder", "nack not_found": _others_at_a_console("holder")},
    "typing": {"": AT_A_CONSOLE},
    "seen": {"": AT_A_CONSOLE},
    "resync": {
        "event": "holder supervisor granted",
        "error not_found": _others_at_a_console("holder supervisor granted"),
    },
    "ping": {"pong": AT_A_CONSOLE},
    "unfollow": {"": AT_A_CONSOLE},
}
"""What each command on Harbour's conversation is answered with; `hello` decides who comes as far as the others."""

SEEKER_SOCKET: Mapping[str, Mapping[str, str]] = {
    "hello": {"welcome": SEEKERS, "error bad_token": _all_but(SEEKERS)},
    "send": {"event": SEEKERS},
    "typing": {"": SEEKERS},
    "seen": {"": SEEKERS},
    "resync": {"event": SEEKERS},
    "ping": {"pong": SEEKERS},
    "leave": {"ack": SEEKERS},
}
