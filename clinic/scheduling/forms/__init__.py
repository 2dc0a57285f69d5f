"""Forms of setting up time."""
