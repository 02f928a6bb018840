"""What turns a workload into the rogue of the workshop: a script that behaves oddly and harms nobody."""

from dataclasses import replace

from components.workload.cloud_config import CloudConfig, File, script

SETTINGS_FILE = "/etc/inspected-egress/intruder"
UNIT = """\
[Unit]
Description=Plays an intruder for the threat hunt
After=network-online.target
Wants=network-online.target

[Service]
ExecStart=/usr/local/bin/intruder
Restart=always
RestartSec=60
DynamicUser=yes

[Install]
WantedBy=multi-user.target
"""


def with_intruder(config: CloudConfig, *, host: str, domain: str, denied: str) -> CloudConfig:
    """Return user data that also runs the intruder from the first boot on.

    ``host`` is the web server it greets, ``domain`` what its names are below, ``denied`` the site it should not
    reach. All three are names, already validated: they go into a file that a shell reads.
    """
    return replace(
        config,
        files={
            **config.files,
            "/usr/local/bin/intruder": script("intruder"),
            SETTINGS_FILE: File(content=f"HOST={host}\nDOMAIN={domain}\nDENIED={denied}\n"),
            "/etc/systemd/system/intruder.service": File(content=UNIT),
        },
        commands=[*config.commands, ["systemctl", "enable", "--now", "intruder.service"]],
    )
