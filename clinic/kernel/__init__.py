"""Pure building blocks without a clinic word: time, errors, lifecycles, permissions, references."""
