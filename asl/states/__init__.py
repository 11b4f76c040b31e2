"""One room per state type: its fields, its own checks, its behaviour.

A state is compiled once from its definition and then only read; everything that changes stands in the frame. What
several types share: ``base`` (entering, leaving, failing), ``dataflow`` (the way of the data through a state),
``retry_catch``, ``scope`` (what expressions see), ``fanout`` (what Parallel and Map have in common).
"""
