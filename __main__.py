"""The Pulumi program: settings, then the layout that they ask for, then its outputs."""

import pulumi

from components.layouts import build
from components.settings import load
from components.tagging import tag_everything

settings = load()
tag_everything(settings.tags)
for name, value in build(settings).items():
    pulumi.export(name, value)
