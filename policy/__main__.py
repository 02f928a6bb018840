"""The policy pack: proves that nothing gets around the firewall."""

from egress.pack.analyzer import serve
from egress.pack.policies import policies

serve("inspected-egress", policies())
