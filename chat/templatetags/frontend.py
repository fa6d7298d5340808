"""Which built files does an entry of the front end need? Read from Vite's manifest, once a process."""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@lru_cache(maxsize=1)
def _manifest() -> Mapping[str, Any]:
    manifest: Mapping[str, Any] = json.loads((settings.FRONTEND_DIST / "manifest.json").read_text())
    return manifest


def _chunks(entry: str) -> Iterator[Mapping[str, Any]]:
    """The entry's own chunk, then those it imports, each once."""
    waiting, seen = [entry], set()
    while waiting:
        name = waiting.pop(0)
        if name not in seen:
            seen.add(name)
            chunk = _manifest()[name]
            yield chunk
            waiting += chunk.get("imports", [])


def _url(path: str) -> str:
    return static(f"fe/{path}")


@register.simple_tag
def frontend_styles(entry: str) -> SafeString:
    """Style sheets of an entry such as `widget/main.tsx`."""
    sheets = dict.fromkeys(sheet for chunk in _chunks(entry) for sheet in chunk.get("css", []))
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', ((_url(sheet),) for sheet in sheets))


@register.simple_tag
def frontend_scripts(entry: str) -> SafeString:
    """The module script of an entry, its imports preloaded beside it."""
    first, *others = _chunks(entry)
    preloads = format_html_join(
        "\n", '<link rel="modulepreload" href="{}">', ((_url(chunk["file"]),) for chunk in others)
    )
    return format_html('{}\n<script type="module" src="{}"></script>', preloads, _url(first["file"]))


@register.simple_tag
def frontend_preload(entry: str) -> SafeString:
    """A module that the entry will ask for first thing, such as the words of the page's language."""
    return format_html('<link rel="modulepreload" href="{}">', _url(_manifest()[entry]["file"]))
