"""From a plan to namespaces, links, rules and routes: AWS's data plane, said in the kernel's words."""

from .network import Layout, wire

__all__ = ["Layout", "wire"]
