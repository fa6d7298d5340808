"""What does a person see when a page cannot be shown? Programs get the same refusal as JSON."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refusal(request, "bad_frame", status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refusal(request, "not_found", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return refusal(request, "bad_origin", status=403, template="403_csrf.html")


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refusal(request, "not_found", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return refusal(request, "internal", status=500, final=False)


def refusal(
    request: HttpRequest, code: str, *, status: int, final: bool = True, template: str = ""
) -> HttpResponse:
    if request.path.startswith("/api/"):
        body = {"code": code, "detail": code.replace("_", " "), "final": final}
        return JsonResponse(body, status=status)
    # Without the request: no context processor may look at a session, or fail, on the way to an apology.
    return render(None, template or f"{status}.html", status=status)
