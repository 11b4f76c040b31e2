"""The commands for executions that live in a store.

``access``     which store, names for ARNs, and what a refusal means to people
``nearest``    what a misspelt name may have meant
``tables``     records and lists for people
``events``     events as lines
``logs``       the log of an execution, read on and folded
``following``  waiting for something to be written

Each other module is a command or a group of them. All import what they need when they are called.
"""
