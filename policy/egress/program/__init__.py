"""What a program registers, read once and safely."""
