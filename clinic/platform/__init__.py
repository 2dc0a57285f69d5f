"""Flask and SQLAlchemy plumbing; knows no clinic words."""
