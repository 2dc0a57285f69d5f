"""The staff calendar: days and weeks as a table, clinicians side by side across the places."""
