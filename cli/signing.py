"""Signing: Ed25519 (RFC 8032) over a whole file, the signature beside it. No message shows what may be a key."""

import hashlib
import mmap
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from errors import BadRequest

MAKING = "openssl genpkey -algorithm ed25519 -out bundle.key"


def key_of(path: str) -> Ed25519PrivateKey:
    """The private key in a file: PKCS 8, PEM (RFC 8410). Raises BadRequest."""
    if not path:
        raise BadRequest(f"A bundle is signed: name the file with the key, by --key or CAVEAT_BUNDLE_KEY ({MAKING}).")
    try:
        key = load_pem_private_key(Path(path).read_bytes(), None)
    except OSError as error:
        raise BadRequest(
            f"The file with the key cannot be read: {error.strerror}. Name a file, never the key."
        ) from None
    except TypeError:
        raise BadRequest("The key is encrypted. Give one that is not, from where secrets are kept.") from None
    except (ValueError, UnsupportedAlgorithm):
        raise BadRequest(f"The file has no private key in PEM. Make one: {MAKING}.") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise BadRequest(f"The key is not one of Ed25519. Make one: {MAKING}.")
    return key


def signature(file: Path, key: Ed25519PrivateKey) -> bytes:
    """The signature of a file that is not empty: 64 bytes. Ed25519 reads it twice, so it is mapped, not copied."""
    with (
        file.open("rb") as opened,
        mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content,
        memoryview(content) as view,
    ):
        return key.sign(view)


def fingerprint(key: Ed25519PrivateKey) -> str:
    """What tells public keys apart: SHA-256 of its DER form (SubjectPublicKeyInfo), in hex."""
    der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()
