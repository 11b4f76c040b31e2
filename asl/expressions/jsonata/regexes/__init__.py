"""Regular expressions as JavaScript has them: ``syntax`` (pattern to tree), ``python`` (tree to Python's ``re``),
``machine`` (a matcher whose work is counted, for patterns and subjects that could keep ``re`` busy without end),
``function`` (``/.../`` as a function of the language).
"""
