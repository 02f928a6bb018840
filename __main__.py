"""The Pulumi program: settings, then the layout that they ask for, then its outputs.

As a plugin, which PulumiPlugin.yaml makes of this folder, it serves the components to programs in other languages.
"""

import pulumi

if pulumi.runtime.get_root_resource() is None:  # no stack is around it: the engine runs it as a plugin
    from components.package import serve

    serve()
else:
    from components.layouts.from_settings import build
    from components.settings import load

    for name, value in build(load()).items():
        pulumi.export(name, value)
