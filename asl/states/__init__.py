"""One room per state type: its fields, its own checks, its behaviour."""
