"""State machines where people keep them: definitions of their own, and definitions inside deployment templates.

| module | reads |
|---|---|
| ``loader`` | any file: what kind it is, and the machines in it |
| ``cloudformation`` | SAM, CloudFormation and CDK's output |
| ``serverless`` | ``stepFunctions.stateMachines`` of the Serverless Framework |
| ``terraform`` | ``aws_sfn_state_machine`` in a plan's JSON |
| ``embedded`` | a definition inside another file, with places in that file |
| ``intrinsic`` | CloudFormation's functions as opaque text |
"""

from asl.syntax.templates.loader import Machine, load, load_one, load_text

__all__ = ["Machine", "load", "load_one", "load_text"]
