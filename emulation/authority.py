"""A certificate authority that lives as long as the network, trusted by the network's instances alone."""

from __future__ import annotations

import datetime as dt
import ssl
import tempfile
from collections.abc import Sequence
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_DAYS = dt.timedelta(days=7)


class Authority:
    """Makes a key and a certificate for whoever is asked for."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "The emulated internet")])
        own = x509.BasicConstraints(ca=True, path_length=0)
        self._certificate = (
            self._builder(self._name, self._key).add_extension(own, critical=True).sign(self._key, hashes.SHA256())
        )
        self._contexts: dict[str, ssl.SSLContext] = {}

    @property
    def pem(self) -> bytes:
        """Return the certificate that instances trust."""
        return self._certificate.public_bytes(serialization.Encoding.PEM)

    def context(self, name: str) -> ssl.SSLContext:
        """Return the TLS context of a host of that name."""
        if name not in self._contexts:
            self._contexts[name] = self._made(name)
        return self._contexts[name]

    def issue(self, names: Sequence[str]) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
        """Return a new certificate for some names (at least one), and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])])
        all_of_them = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
        built = self._builder(subject, key).add_extension(all_of_them, critical=False)
        return built.sign(self._key, hashes.SHA256()), key

    def _made(self, name: str) -> ssl.SSLContext:
        built, key = self.issue([name])
        plain = serialization.NoEncryption()
        private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.NamedTemporaryFile(prefix="emulation-") as file:
            Path(file.name).write_bytes(built.public_bytes(serialization.Encoding.PEM) + private)
            context.load_cert_chain(file.name)
        return context

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        now = dt.datetime.now(dt.UTC)
        return x509.CertificateBuilder(
            issuer_name=self._name,
            subject_name=subject,
            public_key=key.public_key(),
            serial_number=x509.random_serial_number(),
            not_valid_before=now - _DAYS,
            not_valid_after=now + _DAYS,
        )
