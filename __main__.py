"""The Pulumi program: settings, then the layout that they ask for, then its outputs."""

import pulumi

from components.common.tagging import tag_everything
from components.layouts.from_settings import build
from components.settings import load

settings = load()
tag_everything(settings.tags)
for name, value in build(settings).items():
    pulumi.export(name, value)
