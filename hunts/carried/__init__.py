"""What was carried out in DNS names, put together again: which labels, in which order, in which encoding."""

from hunts.carried.content import Content, content
from hunts.carried.transfer import Transfer, transfers

__all__ = ["Content", "Transfer", "content", "transfers"]
