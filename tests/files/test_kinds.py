"""A file is known by its content, and a picture is written anew whatever it is like."""

from __future__ import annotations

import io
import zipfile

import pytest
from PIL import Image, ImageCms

from wizard.files import images
from wizard.files.kinds import IMAGES, KINDS, UNKNOWN, is_whole, kind_of

from .made import PDF, picture


def zipped(**files):
    """A ZIP with these files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in files.items():
            kept = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            file.writestr(name.replace("__", "/"), text, kept)
    return made.getvalue()


OFFICE = "application/vnd.openxmlformats-officedocument."
SAMPLES = {
    "application/pdf": PDF,
    "application/zip": zipped(a="text"),
    f"{OFFICE}wordprocessingml.document": zipped(**{"[Content_Types].xml": "x", "word__document.xml": "x"}),
    f"{OFFICE}spreadsheetml.sheet": zipped(**{"[Content_Types].xml": "x", "xl__workbook.xml": "x" * 9}),
    f"{OFFICE}presentationml.presentation": zipped(**{"[Content_Types].xml": "x", "ppt__presentation.xml": "x"}),
    **{
        f"application/vnd.oasis.opendocument.{one}": zipped(
            mimetype=f"application/vnd.oasis.opendocument.{one}", **{"content.xml": "x"}
        )
        for one in ("text", "spreadsheet", "presentation")
    },
    "text/plain": "Äpfel, 5 €\r\n".encode() * 9000,
    **{one: picture(KINDS[one].words.upper()) for one in IMAGES},
}


def test_there_is_a_sample_of_every_kind():
    """So that none is forgotten below."""
    assert SAMPLES.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", sorted(SAMPLES), ids=lambda kind: kind.rpartition("/")[2][-20:])
def test_a_file_is_known_by_its_content(kind):
    """And as whole; where its end says so, half of it is not."""
    data = SAMPLES[kind]
    assert kind_of(io.BytesIO(data), len(data)) == kind
    assert is_whole(io.BytesIO(data), len(data), kind)
    half = data[: len(data) // 2]
    has_an_end = kind == "application/pdf" or data.startswith(b"PK")
    assert is_whole(io.BytesIO(half), len(half), kind) is not has_an_end


@pytest.mark.parametrize("data", [b"\x00\x01\x02", b"MZ\x90\x00", b"\xff\xfe\x00", b"\x7fELF\x02", b"BM\x36\x00"])
def test_what_is_none_of_them_is_not_known(data):
    """No program passes for a text."""
    assert kind_of(io.BytesIO(data), len(data)) == UNKNOWN


def test_a_text_is_one_in_any_encoding():
    """Old spreadsheets write others."""
    data = "Straße;Größe\r\n".encode("cp1252")
    assert kind_of(io.BytesIO(data), len(data)) == "text/plain"


def saved(image, name, **options):
    """The bytes of a picture."""
    made = io.BytesIO()
    image.save(made, name, **options)
    return made


def sample(mode, size=(20, 10)):
    """A picture of one colour."""
    return Image.new(mode, size, 1 if mode in ("1", "I;16", "P", "L") else None)


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        *(("PNG", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")),
        *(("JPEG", mode) for mode in ("L", "RGB", "CMYK")),
        *(("WEBP", mode) for mode in ("RGB", "RGBA")),
        *(("AVIF", mode) for mode in ("RGB", "RGBA")),
        *(("GIF", mode) for mode in ("L", "P", "RGB")),
    ],
)
def test_a_picture_of_any_mode_is_written_anew(name, mode):
    """With and without a profile of its colours, which is not kept."""
    kind = next(one for one in IMAGES if KINDS[one].words.upper() == name)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for options in ({}, {"icc_profile": profile}):
        written, size = images.clean(saved(sample(mode), name, **options), kind, 10**6)
        with written, Image.open(written) as image:
            assert (image.format, image.size) == (name, (20, 10))
            assert "icc_profile" not in image.info
            assert size == written.seek(0, 2)


def test_of_a_picture_that_moves_the_first_frame_is_kept():
    """The rest might be anything."""
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    moving = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert Image.open(moving).n_frames == 2
    written, _ = images.clean(moving, "image/gif", 10**6)
    with written, Image.open(written) as image:
        assert image.n_frames == 1
        assert image.convert("RGB").getpixel((0, 0)) == (255, 0, 0)


def test_what_is_see_through_stays_so():
    """In a palette as in colours."""
    image = Image.new("P", (8, 8), 0)
    written, _ = images.clean(saved(image, "PNG", transparency=0), "image/png", 10**6)
    with written, Image.open(written) as image:
        assert image.convert("RGBA").getpixel((0, 0))[3] == 0


def test_a_picture_that_grows_is_written_with_less_quality():
    """Rather than refused, where the visitor has kept to the limit."""
    sent = saved(Image.effect_noise((200, 200), 80).convert("RGB"), "WEBP", quality=75)
    most = len(sent.getvalue())
    written, size = images.clean(sent, "image/webp", most + 2000)
    written.close()
    assert size <= most + 2000
