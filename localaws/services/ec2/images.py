"""Machine images, read from moto's catalogue when somebody first asks for one."""

from __future__ import annotations

from typing import Any

from localaws.kept import playback
from localaws.services.ec2.common import Part


class Images(Part):
    """More than a thousand images with a snapshot each: most of what making an EC2 backend costs."""

    def prepare(self) -> None:
        """Set up a part's own state."""
        super().prepare()
        self._images: dict[str, Any] = {}
        self._images_loaded = False

    @property
    def amis(self) -> dict[str, Any]:
        """Images by id."""
        if not self._images_loaded:
            self._images_loaded = True
            with playback.apart(f"images of {self.account_id} in {self.region_name}"):
                super()._load_amis()
        return self._images

    @amis.setter
    def amis(self, images: dict[str, Any]) -> None:
        self._images = images

    def _load_amis(self) -> None:
        """Leave the catalogue for later; moto's constructor calls this."""
