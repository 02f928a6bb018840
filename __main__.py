"""The Pulumi program: settings, then the layout that they ask for, then its outputs."""

import pulumi

from components.layouts.from_settings import build
from components.settings import load

for name, value in build(load()).items():
    pulumi.export(name, value)
