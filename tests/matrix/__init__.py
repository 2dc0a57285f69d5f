"""Who may open what, and what reading and forged forms must not change."""
