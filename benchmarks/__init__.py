"""Benchmarks: ``python -m benchmarks [--rows NAME,...] [--peers] [--json OUT]``.

Each row is measured beside a floor, hand-written Python that does the same work, in the same run, round by round. Read
the ratio (1.0: as fast as the floor), for machines are noisy. Ours records the full history and keeps AWS's limits in
every row. These are no timed tests; what may not grow unnoticed is counted in ``tests/benchmarks``.
"""
