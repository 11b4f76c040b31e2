"""Reading a definition and saying what is wrong with it: text, positions, rules, diagnostics, field vocabulary.

Knows the shape of fields, not the meaning of states: the field tables stand in each state's room (``asl.states``), the
checks of the whole graph in ``asl.compiler.analysis``.
"""
