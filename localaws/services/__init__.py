"""What moto lacks of the services that this project uses, added on top of moto's own backends and responses."""

from localaws.services.core import install

__all__ = ["install"]
