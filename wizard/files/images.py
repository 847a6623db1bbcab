"""Images: decoded within bounds and written anew, so that nothing is kept of one but what it shows."""

from __future__ import annotations

import warnings
from contextlib import suppress
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from PIL.Image import Image

#: How many pixels a picture may have: a JPEG those of a large camera. Each takes four bytes while it is decoded, and
#: the other formats take longer.
MOST_PIXELS, MOST_PIXELS_OF_JPEG = 25_000_000, 50_000_000

#: The names that Pillow has for what is taken.
_FORMATS = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/webp": "WEBP",
    "image/avif": "AVIF",
    "image/gif": "GIF",
}

#: The modes that each format writes; of another, colours are made.
_MODES = {
    "PNG": {"1", "L", "LA", "P", "RGB", "RGBA", "I;16"},
    "JPEG": {"L", "RGB"},
    "WEBP": {"RGB", "RGBA"},
    "AVIF": {"RGB", "RGBA"},
    "GIF": {"1", "L", "P", "RGB", "RGBA"},
}

#: How well each is written: so that nobody sees a difference, at about the size that it had.
_QUALITIES = (90, 75)

#: What has each written in seconds: to make it a little smaller would take a minute.
_QUICKLY: dict[str, dict[str, Any]] = {"PNG": {"compress_level": 4}, "WEBP": {"method": 1}, "AVIF": {"speed": 10}}

#: How much of a picture is held in memory before it goes to the disk.
_SPOOL = 500_000


class BadImage(ValueError):
    """A picture that cannot be decoded."""


class TooManyPixels(ValueError):
    """A picture that would take more memory than anybody's."""


def clean(source: IO[bytes], kind: str, most: int) -> tuple[IO[bytes], int]:
    """Return a picture written anew, and how many bytes it has: turned as it is meant, and with no metadata.

    Of one that moves, the first frame is kept.

    :param kind: its MIME type, one of :data:`~wizard.files.kinds.IMAGES`.
    :param most: how many bytes it may have; it is written with less quality rather than with more.
    :raises BadImage: when it is cut or damaged.
    :raises TooManyPixels: when it has more than it may.
    """
    from PIL import Image, ImageOps

    source.seek(0)
    try:
        with warnings.catch_warnings():
            # What Pillow warns of is counted here.
            warnings.simplefilter("ignore")
            with Image.open(source, formats=[_FORMATS[kind]]) as image:
                if image.width * image.height > (MOST_PIXELS_OF_JPEG if kind == "image/jpeg" else MOST_PIXELS):
                    raise TooManyPixels
                image.load()
                options = _as_written(image, _FORMATS[kind])
                profile = image.info.get("icc_profile")
                turned = ImageOps.exif_transpose(image)
                return _written(_plain(turned, _FORMATS[kind], profile), _FORMATS[kind], options, most)
    except (TooManyPixels, Image.DecompressionBombError):
        raise TooManyPixels from None
    except MemoryError:
        raise
    except Exception as error:
        # What a decoder raises of bytes that somebody has made up, nobody lists.
        raise BadImage(type(error).__name__) from None


def _as_written(image: Image, name: str) -> dict[str, Any]:
    """Return how a picture was compressed, so that it is again: to write it finer makes it larger, and not better."""
    if name != "JPEG" or image.mode not in _MODES[name]:
        return {}
    from PIL import JpegImagePlugin

    tables = getattr(image, "quantization", None)
    sampling = JpegImagePlugin.get_sampling(image)
    return {"qtables": tables, "subsampling": sampling} if tables and sampling >= 0 else {}


def _plain(image: Image, name: str, profile: bytes | None) -> Image:
    """Return ``image`` in a mode that its format writes, in the colours of a screen, and with nothing beside."""
    if profile:
        image = _in_srgb(image, profile)
    if image.mode not in _MODES[name]:
        image = image.convert("RGBA" if image.has_transparency_data and name != "JPEG" else "RGB")
    kept = image.info.get("transparency")
    image.info = {} if kept is None else {"transparency": kept}
    return image


def _in_srgb(image: Image, profile: bytes) -> Image:
    from PIL import ImageCms

    # A profile that is none leaves the colours as they are.
    with suppress(Exception):
        mode = "RGBA" if image.has_transparency_data and image.mode != "CMYK" else "RGB"
        own = image if image.mode in ("RGB", "RGBA", "CMYK", "L") else image.convert(mode)
        made = ImageCms.profileToProfile(
            own, BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB" if mode == "RGB" else own.mode
        )
        return made or own
    return image


def _written(image: Image, name: str, options: dict[str, Any], most: int) -> tuple[IO[bytes], int]:
    tries = [options] if options else []
    tries += [{"quality": one} for one in _QUALITIES] if name in ("JPEG", "WEBP", "AVIF") else [{}]
    made, size = cast("IO[bytes]", SpooledTemporaryFile(_SPOOL)), 0  # noqa: SIM115  (it is returned)
    try:
        for one in tries:
            made.seek(0)
            made.truncate()
            image.save(made, name, **_QUICKLY.get(name, {}), **one)
            size = made.seek(0, 2)
            if size <= most:
                break
    except BaseException:
        made.close()
        raise
    return made, size
