"""OpenPGP keys: the public half, told by fingerprint; never a private, a broken or an old one."""

from datetime import UTC, datetime

import pytest

from fundapp.accounts import queries, service
from fundapp.accounts.openpgp import KeyRefused, grouped, read
from tests.factories import make_user

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PRINT = "6FF6FFEB176BA3C8F58FB59842FC2B0111D6A995"
# Made for these tests; their private halves were thrown away.
KEY = """-----BEGIN PGP PUBLIC KEY BLOCK-----

mDMEaVW5ABYJKwYBBAHaRw8BAQdAcVBbuxacKpmBrEq+A5oviWeLU29N0Hnd36EJ
XquoQWG0HEFuYSBBbGRlcnMgPGFuYUBleGFtcGxlLm9yZz6IkAQTFggAOBYhBG/2
/+sXa6PI9Y+1mEL8KwER1qmVBQJpVbkAAhsDBQsJCAcCBhUKCQgLAgQWAgMBAh4B
AheAAAoJEEL8KwER1qmV5SUBAJdhdbu23HSzOkJCJVbMMXDU37KopYFJ2XEaVllu
QRySAP49SfA9/VXQU0QG6fHLvONHvkdiQOJ+MI+H5YG63TNABLg4BGlVuQASCisG
AQQBl1UBBQEBB0B07Gy2mrugaUR4HLOu0lY3Vr5cysApWbkmb+rHUIVNWgMBCAeI
eAQYFggAIBYhBG/2/+sXa6PI9Y+1mEL8KwER1qmVBQJpVbkAAhsMAAoJEEL8KwER
1qmVF48A/2WJl3BvujrQ1Zyi2MVFCOlv7TD2aGdY4N/yo0shL6GFAQDJb+b7ZSWW
PI8wSmEO+kfEy6f2mOk37etojTpjTxpECg==
=txJ0
-----END PGP PUBLIC KEY BLOCK-----
"""
YEAR = """-----BEGIN PGP PUBLIC KEY BLOCK-----

mDMEaVW5ABYJKwYBBAHaRw8BAQdAcVBbuxacKpmBrEq+A5oviWeLU29N0Hnd36EJ
XquoQWG0HEFuYSBBbGRlcnMgPGFuYUBleGFtcGxlLm9yZz6IlgQTFggAPgIbAwUL
CQgHAgYVCgkICwIEFgIDAQIeAQIXgBYhBG/2/+sXa6PI9Y+1mEL8KwER1qmVBQJp
VbkBBQkB4TOAAAoJEEL8KwER1qmVFi8A/A10Xu/AE5nrdYIKyf71BTcNJlbCp9x1
Qv0yBkphaCArAP9yJfn0WQxdSUhB7T+6MyMoQLJKCy2u7owWpXT/a1TmDrg4BGlV
uQASCisGAQQBl1UBBQEBB0B07Gy2mrugaUR4HLOu0lY3Vr5cysApWbkmb+rHUIVN
WgMBCAeIeAQYFggAIBYhBG/2/+sXa6PI9Y+1mEL8KwER1qmVBQJpVbkAAhsMAAoJ
EEL8KwER1qmVF48A/2WJl3BvujrQ1Zyi2MVFCOlv7TD2aGdY4N/yo0shL6GFAQDJ
b+b7ZSWWPI8wSmEO+kfEy6f2mOk37etojTpjTxpECg==
=GLRE
-----END PGP PUBLIC KEY BLOCK-----
"""
SIGNS = """-----BEGIN PGP PUBLIC KEY BLOCK-----

mDMEaVW5ABYJKwYBBAHaRw8BAQdAcVBbuxacKpmBrEq+A5oviWeLU29N0Hnd36EJ
XquoQWG0HEFuYSBBbGRlcnMgPGFuYUBleGFtcGxlLm9yZz6IkAQTFggAOBYhBG/2
/+sXa6PI9Y+1mEL8KwER1qmVBQJpVbkAAhsDBQsJCAcCBhUKCQgLAgQWAgMBAh4B
AheAAAoJEEL8KwER1qmV5SUBAJdhdbu23HSzOkJCJVbMMXDU37KopYFJ2XEaVllu
QRySAP49SfA9/VXQU0QG6fHLvONHvkdiQOJ+MI+H5YG63TNABA==
=X/X0
-----END PGP PUBLIC KEY BLOCK-----
"""
SHORT = """-----BEGIN PGP PUBLIC KEY BLOCK-----

mI0EaVW5AAEEAPCPV62nT5hBIAFo7sco/ZfnYucfOgJARewptB0Jjlth9Hjlb0ma
gei40OerJLUwY5mzvkFDVvRgwpsIt6Isied/kjbvZDLkgXsCBhHCs8O3Oh+a2cPx
LlG4TYG8w1ZVaNF+HZRrpyA0gB55jLyiwkId5Boc8hDQyGK1M7ijBzxxABEBAAG0
E09sZCA8b0BleGFtcGxlLm9yZz6IzgQTAQoAOBYhBHivKfiV713H5/sdpZEKxLXd
SSGpBQJpVbkAAhsDBQsJCAcCBhUKCQgLAgQWAgMBAh4BAheAAAoJEJEKxLXdSSGp
LcQEAIS5J1l+PoiKi9vbTAd6VouAUo1MsXwoxHvPGa+sqvihhjET0vrVNDvAh6ra
ZQclnY2SqY57WmQNeikEuhMeut4k4zWSRr1ZQKTXJ52NpprVe8zOH30cYsTXrCVe
PTDn4YQDw9mG+mko0gp+Qs0hDcxPsfIJnBnpTPfyYIFvnexz
=C9oR
-----END PGP PUBLIC KEY BLOCK-----
"""


def test_public_key_tells_fingerprint_and_holder(app):
    key = read(f"My key:\r\n{KEY}".replace("\n", "\r\n"), at=AT)

    assert (key.fingerprint, key.holder, key.expires_at) == (PRINT, "Ana Alders <ana@example.org>", None)
    assert key.armored.startswith("-----BEGIN PGP PUBLIC KEY BLOCK-----\n")
    assert grouped(PRINT).startswith("6FF6 FFEB 176B")


def test_end_of_a_key_is_told_and_kept(app):
    assert read(YEAR, at=AT).expires_at == datetime(2027, 1, 1, 0, 0, tzinfo=UTC)
    with pytest.raises(KeyRefused, match="has expired"):
        read(YEAR, at=datetime(2027, 6, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "one whole public key"),
        ("ssh-ed25519 AAAA", "one whole public key"),
        (KEY.replace("PUBLIC", "PRIVATE"), "a private key"),
        (KEY.replace("xacKpm", "xacKpn"), "damaged"),
        (KEY.replace("=txJ0\n", "").replace("PI8wSmEO+kfEy6f2mOk37etojTpjTxpECg==\n", ""), "damaged"),
        (SIGNS, "can only sign"),
        (SHORT, "too short"),
    ],
)
def test_other_texts_are_refused_with_a_reason(app, text, why):
    with pytest.raises(KeyRefused, match=why):
        read(text, at=AT)


def test_secret_packets_in_a_public_coat_are_refused(app):
    coat = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nlQECBAA=\n-----END PGP PUBLIC KEY BLOCK-----\n"

    with pytest.raises(KeyRefused):
        read(coat, at=AT)


@pytest.fixture
def ana(session, client):
    user = make_user()
    client.sign_in(user)
    return user


def test_account_keeps_a_key_and_shows_its_fingerprint(client, ana):
    answer = client.post("/account/key", data={"armored": KEY})

    assert answer.location == "/account#key"
    assert grouped(PRINT) in client.get("/account").text
    assert queries.public_keys([ana.id])[ana.id].holder == "Ana Alders <ana@example.org>"
    client.post("/account/key/remove")
    assert queries.public_keys([ana.id]) == {}


def test_private_key_is_neither_kept_nor_shown_again(client, ana):
    private = "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nsecretsecret\n-----END PGP PRIVATE KEY BLOCK-----"

    answer = client.post("/account/key", data={"armored": private})

    assert answer.status_code == 422
    assert "This is a private key" in answer.text
    assert "secretsecret" not in answer.text
    assert queries.public_keys([ana.id]) == {}


def test_newer_key_takes_the_place_of_the_older(session, ana):
    service.keep_key(ana, KEY, actor=ana, at=AT)
    service.keep_key(ana, YEAR, actor=ana, at=AT)

    assert queries.public_keys([ana.id])[ana.id].expires_at is not None
