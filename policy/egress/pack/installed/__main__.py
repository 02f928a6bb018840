"""The policy pack, where its package was installed with pip: `--policy-pack "$(python -m egress.pack)"`."""

from egress.pack.analyzer import serve
from egress.pack.policies import policies

serve("inspected-egress", policies())
