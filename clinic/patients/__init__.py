"""The person cared for: who they are, how to reach them, private links, likely duplicates."""
