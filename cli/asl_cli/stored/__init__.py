"""The commands for executions that live in a store.

``access``     which store, names for ARNs, and what a refusal means to people
``tables``     records and lists for people
``following``  waiting for something to be written

Each other module is a command or a group of them. All import what they need when they are called.
"""
