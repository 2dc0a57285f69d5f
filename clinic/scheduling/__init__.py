"""Locations, visit types, hours, open times and appointments: one time, one visit, never twice."""
