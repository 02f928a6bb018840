"""Machine images, read from moto's catalogue when somebody first asks for one."""

from __future__ import annotations

from typing import Any

from localaws.kept import playback
from localaws.services.ec2.common import Part
from localaws.services.operations import Shape


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

    def take_from_image(self, image_id: str | None, mappings: list[Shape]) -> None:
        """Complete a launch's devices that say neither size nor snapshot with what the image has under their names."""
        image = self.amis.get(str(image_id))
        of_image = {each["DeviceName"]: each["Ebs"] for each in image.block_device_mappings} if image else {}
        for mapping in mappings:
            disk, known = mapping.get("Ebs"), of_image.get(mapping.get("DeviceName"))
            if disk and known and not disk.get("VolumeSize") and not disk.get("SnapshotId"):
                disk.update(VolumeSize=known["VolumeSize"], SnapshotId=known["SnapshotId"])

    def _load_amis(self) -> None:
        """Leave the catalogue for later; moto's constructor calls this."""
