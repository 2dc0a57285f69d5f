"""Tests of the triage rules."""
