"""The durable driver: executions that live in a store and survive the end of the process.

The same kernel, with one rule more: whatever an execution asks of the outside leaves only after the turn in which it
was asked is in the store. The way of one turn:

    input                      an answer of a handler, a message from the store, a moment that has come
      -> Entry.advance         the core steps until it waits; its tasks are prepared and marked as started
      -> Entry.turn            events, changed frames, what is due next: one record
      -> store.commit          with the turns of other executions
      -> Runner                only now are the handlers called

``packing``   frames and cores as text for the store, and back
``entry``     one execution that is in memory: its core, its calls under way, its next turn
``engine``    the loop: takes inputs, advances entries, commits, dispatches; claims what is due, renews the lease
``runners``   how handlers are called: in the engine's thread, or on threads and an event loop
``remote``    what somebody else may do to an execution: begin it, stop it, redrive it
``hosts``     whether another worker of this machine is still alive

What is not under way doesn't stay in memory: an execution that only waits is let go with its turn, and claimed again
when it is due or a message has come.
"""
