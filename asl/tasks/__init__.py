"""What a Task state can call: the forms of ``Resource``, how each shows in the history, and the handlers that do the
work."""
