"""Short public references that can be read out over the phone."""

import secrets

# Crockford base 32: no I, L, O or U, so that nothing is misheard or spells a word.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})


def new_reference() -> str:
    """Eight random characters in two groups, like `K7FM-3QXT` (40 bits; uniqueness is the table's)."""
    text = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{text[:4]}-{text[4:]}"


def normalise_reference(text: str) -> str:
    """What was probably meant by a reference typed by hand; characters outside the alphabet are dropped."""
    kept = "".join(c for c in text.upper().translate(_LOOKALIKES) if c in ALPHABET)
    return f"{kept[:4]}-{kept[4:8]}" if len(kept) >= 8 else kept
