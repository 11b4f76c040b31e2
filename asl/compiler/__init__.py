"""From a definition's tree to a program that can run: whole-graph checks, parsing, linking."""
