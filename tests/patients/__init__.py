"""Tests of the patients slice."""
