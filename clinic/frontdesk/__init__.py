"""The front desk: day board, coming visits, call-backs, callers, messages. A face; it has no tables."""
