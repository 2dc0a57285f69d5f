"""Answers that must not wait for a booked visit: red flags, and call-backs until a person resolves them."""
