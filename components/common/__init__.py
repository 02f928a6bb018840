"""What every part of a network uses: where it runs, tags, keys, private buckets, prices."""
