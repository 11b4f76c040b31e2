"""A weather service whose moods the input dictates: ``script`` says what each attempt meets."""

from asl import TaskError


class ServiceBusy(Exception):
    """Come back later."""


def ask_forecast(request, context):
    mood = request["script"][context.attempt]
    if mood == "busy":
        raise ServiceBusy("come back later")
    if mood == "bad":
        # An exception's class is its error name; TaskError is for names and causes of another's choosing.
        raise TaskError("BadRequest", f"no such city: {request['city']}")
    if mood == "slow":
        context.sleep(60)  # longer than TimeoutSeconds: nobody hears the answer
    return {"sky": "clear", "attempt": context.attempt}
