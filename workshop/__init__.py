"""The workshop's second half, played on a deployed stack: who the rogue is, and whether the network is as proven."""
