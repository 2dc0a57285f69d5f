"""Who saw or changed what: append-only, each event with a keyed MAC of its own."""
