"""Packets made byte by byte, into files only: nothing here opens a socket."""
