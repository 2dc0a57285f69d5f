"""Tests of the published content."""
