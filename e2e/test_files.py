"""Files in a browser: uploaded, shown, replaced and removed, with scripts and without."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import FilePayload, Page, expect

from examples.job import create_app
from tests.files.made import PDF, picture

from .server import serving_app
from .test_axe import examine
from .watch import Watch

#: Notes each bar that is drawn, and how far it came.
NOTE_BARS = """
window.bars = [];
new MutationObserver((all) => { for (const one of all) {
  for (const added of one.addedNodes) if (added.nodeName === "PROGRESS") bars.push(added.getAttribute("aria-label"));
  if (one.type === "attributes") bars.push(one.target.value);
} }).observe(document, { subtree: true, childList: true, attributeFilter: ["value"] });
"""


def payload(name: str, kind: str, data: bytes) -> FilePayload:
    """A file that a visitor chooses."""
    return {"name": name, "mimeType": kind, "buffer": data}


def test_a_job_is_applied_for_with_files(page: Page, watch: Watch, tmp_path: Path, mode: str) -> None:
    """A file stays where another field is wrong; it is seen, replaced, removed, and kept by the application."""
    watch.provokes(422)

    def send(words: str = "Continue") -> None:
        page.get_by_role("button", name=words, exact=True).click()

    with serving_app(create_app(str(tmp_path))) as address:
        page.goto(address)
        photo = page.get_by_label("A photo of you")
        photo.set_input_files(payload("me.png", "image/png", picture(size=(900, 900))))
        if mode == "htmx":
            page.evaluate(NOTE_BARS)
        send()
        expect(page.locator("#error-summary")).to_contain_text("Enter your name")
        image = page.get_by_role("img", name="Your photo")
        expect(image).to_be_visible()
        expect(image).to_have_js_property("naturalWidth", 900)
        if mode == "htmx":
            bars = page.evaluate("bars")
            assert (bars[0], bars[-1]) == ("Saving your answers", 1)
            expect(page.locator("progress")).to_have_count(0)
            examine(page)
        page.get_by_label("Your name").fill("Ada")
        page.get_by_label("Email address").fill("ada@example.com")
        photo.set_input_files(payload("better.jpg", "image/jpeg", picture("JPEG")))
        send()
        expect(page.get_by_role("heading", level=1)).to_have_text("Your application")
        send("Back")
        expect(page.get_by_role("link", name="better.jpg")).to_be_visible()
        expect(page.get_by_role("link", name="me.png")).to_have_count(0)
        send("Remove better.jpg")
        expect(page.get_by_role("link", name="better.jpg")).to_have_count(0)
        if mode == "htmx":
            expect(photo).to_be_focused()
        expect(page.get_by_label("Your name")).to_have_value("Ada")
        send()
        page.get_by_label("Your CV").set_input_files(payload("cv.pdf", "application/pdf", PDF))
        page.get_by_label("Samples of your work").set_input_files(
            [payload("a.txt", "text/plain", b"One"), payload("b.txt", "text/plain", b"Two")]
        )
        send()
        expect(page.get_by_role("heading", level=1)).to_have_text("Your former jobs")
        send()
        expect(page.get_by_text("a.txt (1 kB), b.txt (1 kB)")).to_be_visible()
        if mode == "htmx":
            examine(page)
        send("Send my application")
        expect(page.get_by_role("heading", level=1)).to_have_text("Your application has been sent")
    [folder] = (tmp_path / "applications").iterdir()
    assert (folder / "cv.pdf").read_bytes() == PDF
    assert (folder / "sample-2.txt").read_text() == "Two"
