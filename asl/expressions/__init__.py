"""Expressions: everything in a definition that is evaluated against data.

JSONPath and reference paths, payload templates, intrinsic functions, Choice rules and JSONata. Each module offers
``compile_...(text) -> object`` whose result is a plain callable ``(data, scope) -> value``: compiled once, when the
machine is loaded, and called at every visit. Nothing here knows a state type, a frame or an event.
"""
