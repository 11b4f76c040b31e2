"""From a definition to a program: checked (``analysis``), compiled and linked (``program``)."""
