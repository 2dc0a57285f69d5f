"""Tests of the safety slice."""
