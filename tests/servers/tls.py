"""TLS servers with good and bad certificates, made on the spot, and one that never shakes hands."""

import asyncio
import ipaddress
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.servers.bodies import MAX_SECONDS, article
from tests.servers.loopback import LoopbackServer

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A certificate authority of our own; clients that trust `file` trust what it signed."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    file: Path
    """PEM."""


def make_authority(folder: Path) -> Authority:
    """A new authority, its certificate written to the folder."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Winnow test authority")
    builder = _builder(name, name, key, until=datetime.now(UTC) + DAY)
    constraint = x509.BasicConstraints(ca=True, path_length=0)
    certificate = builder.add_extension(constraint, critical=True).sign(key, hashes.SHA256())
    file = folder / "authority.pem"
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return Authority(key=key, certificate=certificate, file=file)


def self_signed(folder: Path) -> LoopbackServer:
    """Nobody vouches for it."""
    return _server(folder, authority=None)


def expired(folder: Path, authority: Authority) -> LoopbackServer:
    """It ended yesterday."""
    return _server(folder, authority=authority, until=datetime.now(UTC) - DAY)


def wrong_name(folder: Path, authority: Authority) -> LoopbackServer:
    """It is another host's."""
    return _server(folder, authority=authority, host="another.example")


def trusted(folder: Path, authority: Authority) -> LoopbackServer:
    """Good for those who trust the authority."""
    return _server(folder, authority=authority)


class SilentHandshake:
    """Accepts connections and says nothing, so that TLS never begins; a context manager."""

    def __init__(self) -> None:
        self._server = _RawSilence()

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self._server.port}"

    def __enter__(self) -> "SilentHandshake":
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()


class _RawSilence(LoopbackServer):
    def __init__(self) -> None:
        super().__init__(article)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        del reader, writer
        await asyncio.sleep(MAX_SECONDS)


def _server(
    folder: Path,
    *,
    authority: Authority | None,
    host: str = "127.0.0.1",
    until: datetime | None = None,
) -> LoopbackServer:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(host)
    issuer = authority.certificate.subject if authority else subject
    builder = _builder(subject, issuer, key, until=until or datetime.now(UTC) + DAY)
    names = x509.SubjectAlternativeName([_general_name(host)])
    signer = authority.key if authority else key
    certificate = builder.add_extension(names, critical=False).sign(signer, hashes.SHA256())
    file = folder / f"{certificate.serial_number:x}.pem"
    file.write_bytes(_pem(key) + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return LoopbackServer(article, tls=context)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, *, until: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(until - 30 * DAY)
        .not_valid_after(until)
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
