"""A share in whole percent, where there are enough to say one."""

# A share of fewer says less than the counts do.
ENOUGH = 10


def share(part: int, whole: int, count: int) -> int | None:
    """Whole percent, a half upwards; None where fewer than ten things were counted."""
    return (200 * part + whole) // (2 * whole) if count >= ENOUGH and whole else None
