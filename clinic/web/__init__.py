"""Composition: blueprints, errors, headers, navigation, home page, commands, demo data."""
