"""Pictures are kept without the place, time and camera that a phone writes into them; no dot changes."""

import struct
from io import BytesIO

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from fundapp.core import file_kinds
from fundapp.core.image_traces import without_traces
from fundapp.core.images import BrokenImage

GPS, ORIENTATION, MODEL = 0x8825, 0x0112, 0x0110
KINDS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
SIZE = (32, 16)


def exif(orientation=1):
    """Write what a phone writes: camera, orientation, and 52° 22′ north, 4° 54′ east."""
    told = Image.Exif()
    told[MODEL] = "Pinhole 3"
    told[ORIENTATION] = orientation
    told.get_ifd(GPS).update({1: "N", 2: (52.0, 22.0, 0.0), 3: "E", 4: (4.0, 54.0, 0.0)})
    return told


def picture(kind, orientation=1, **more):
    """Make a picture that is red on the left and blue on the right."""
    image = Image.new("RGB", SIZE, "red")
    image.paste("blue", (SIZE[0] // 2, 0, *SIZE))
    made = BytesIO()
    lossless = {"lossless": True} if kind == "WEBP" else {}
    image.save(made, kind, exif=exif(orientation), **lossless, **more)
    return made.getvalue()


def dots(content):
    with Image.open(BytesIO(content)) as image:
        return image.size, image.convert("RGB").tobytes()


def told(content):
    with Image.open(BytesIO(content)) as image:
        return dict(image.getexif()), dict(image.getexif().get_ifd(GPS))


@pytest.mark.parametrize(("kind", "media_type"), KINDS.items())
def test_place_and_camera_go_and_no_dot_changes(kind, media_type):
    before = picture(kind)

    after = without_traces(before, media_type)

    assert told(before)[1][1] == "N"
    assert told(after) == ({}, {})
    assert b"Pinhole" not in after
    assert dots(after) == dots(before)
    assert file_kinds.recognise(f"a.{kind.lower()}", after).media_type == media_type


@pytest.mark.parametrize(("kind", "media_type"), KINDS.items())
def test_picture_on_its_side_is_turned_first(kind, media_type):
    after = without_traces(picture(kind, orientation=6), media_type)

    with Image.open(BytesIO(after)) as image:
        top, bottom = image.convert("RGB").getpixel((8, 4)), image.convert("RGB").getpixel((8, 28))
        size = image.size
    assert (size, told(after)) == ((16, 32), ({}, {}))
    assert (top[0] > 200, bottom[2] > 200) == (True, True)


@pytest.mark.parametrize(("kind", "media_type"), KINDS.items())
def test_picture_that_tells_nothing_stays_byte_for_byte(kind, media_type):
    once = without_traces(picture(kind), media_type)

    assert without_traces(once, media_type) == once


def test_words_and_time_in_a_png_go():
    said = PngInfo()
    said.add_text("Author", "Somebody")
    said.add_itxt("Location", "Den Haag")
    before = picture("PNG", pnginfo=said)

    after = without_traces(before, "image/png")

    assert b"Somebody" in before
    assert (b"Somebody" in after, b"Den Haag" in after) == (False, False)


def test_comment_captions_and_a_second_picture_in_a_jpeg_go():
    plain = picture("JPEG", comment=b"Behind the dunes")
    captions = b"\xff\xed" + struct.pack(">H", 2 + 20) + b"Photoshop 3.0\0secret"
    before = plain[:2] + captions + plain[2:] + plain  # as a phone lays a preview behind

    after = without_traces(before, "image/jpeg")

    assert (b"dunes" in after, b"secret" in after, after.count(b"\xff\xd8\xff")) == (False, False, 1)
    assert dots(after) == dots(plain)


def test_progressive_jpeg_and_its_colours_stay_whole():
    profile = b"\0" * 128 + b"a profile"
    before = picture("JPEG", progressive=True, icc_profile=profile)

    after = without_traces(before, "image/jpeg")

    with Image.open(BytesIO(after)) as image:
        assert image.info["icc_profile"] == profile
    assert dots(after) == dots(before)


@pytest.mark.parametrize("cut", [4, 30, 200, 400])
def test_jpeg_that_breaks_off_is_refused(cut):
    with pytest.raises(BrokenImage):
        without_traces(picture("JPEG")[:cut], "image/jpeg")


def test_other_files_are_left_alone():
    assert without_traces(b"%PDF-1.7 Exif", "application/pdf") == b"%PDF-1.7 Exif"
