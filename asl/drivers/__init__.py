"""The ways of running the kernel. Each is a loop that carries out commands and hands back outcomes; none knows a state
type: ``inline`` (one thread, direct calls), ``concurrent`` (asyncio), ``durable`` (a store). ``clock`` says what time
it is."""
