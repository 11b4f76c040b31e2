"""The durable driver: executions that live in a store and survive the end of the process.

The same kernel, with one rule more: whatever an execution asks of the outside leaves only after the turn in which it
was asked is in the store. The way of one turn:

    input                      an answer of a handler, a message from the store, a moment that has come
      -> Entry.advance         the core steps until it waits; its tasks are prepared and marked as started
      -> Entry.turn            events, changed frames, what is due next: one record
      -> Turns, store.commit   with the turns of other executions
      -> Calls, Runner         only now are the handlers called

``engine``    the loop: the mailbox, the rounds, when to look where
``memory``    the entries in memory, and how something happens to one; shared by the engine's other parts
``turns``     how turns come about, are stored as one group, and what follows when they are, or are refused
``claims``    what a worker owns: its lease, what it claims, hears and loses
``calls``     the calls of handlers, and what they say
``watchers``  who hears of beginnings and ends
``entry``     one execution: its core, its calls under way, what comes for it
``record``    what a turn tells the store of an entry
``packing``   frames and cores as text for the store, and back
``answers``   answers to tasks as text, and back; ``nested``: those of executions that a task has started
``runners``   how handlers are called: in the engine's thread, or on threads and an event loop
``remote``    what somebody else may do to an execution: begin it, stop it, redrive it
``hosts``     whether another worker of this machine is still alive

What is not under way doesn't stay in memory: an execution that only waits is let go with its turn, and claimed again
when it is due or a message has come.
"""
