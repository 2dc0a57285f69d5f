"""What must never leave the sealed columns."""
