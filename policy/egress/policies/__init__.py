"""The checks, one policy a file. Each yields findings on a study of the network."""
