"""Does a page break WCAG 2.2 A or AA, as far as a machine can tell? Asked of axe-core in every frame."""

from playwright.sync_api import Frame, Page

from tests.journeys.service import ROOT

AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def expect_accessible(place: Page | Frame, state: str) -> None:
    """`state` names the page in the message of a failure. The script is evaluated, so no policy has to allow it."""
    if not place.evaluate("'axe' in window"):
        place.evaluate(AXE.read_text(encoding="utf-8"))
    found = place.evaluate(
        "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations'], iframes: false})"
        ".then(({violations}) => violations.map(({id, nodes}) =>"
        " [id, ...nodes.map(({html, failureSummary}) => `${html} ${failureSummary}`)]))",
        TAGS,
    )
    assert found == [], state
