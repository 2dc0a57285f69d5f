"""Telling people: an outbox written with the business change, and a worker that sends from it."""
