"""Where executions are kept. ``base`` is the protocol, every other module one way of keeping them."""
