"""The triage rules: answers in, a set of phases with reasons out; a suggestion, never a decision."""
