"""What stored executions cost: rates, starts, recovery, memory, growth. ``python -m benchmarks.durable`` runs it."""
