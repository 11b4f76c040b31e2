"""Benchmarks: ``python -m benchmarks``. Each row is measured beside a floor, hand-written Python that does the same
work, in the same run; read the ratio (1.0 = as fast as the floor), for machines are noisy. They are no timed tests."""
