"""Asking for a trip's approval, and booking it, played by a few lines each."""

from asl import task


@task(idempotent=True)
def ask(request, context):
    """Send the question to a person; here it is printed, with the commands that answer it.

    Idempotent: if the worker dies just now, the question is sent once more, with the same token.
    """
    trip, token = request["trip"], request["token"]
    print(f"May {trip['who']} go to {trip['to']}? Answer with one of")
    print(f"""  asl task success {token} '{{"by": "grace"}}'""")
    print(f"  asl task failure {token} --error Refused --cause 'not this year'")
    print(f"  asl task heartbeat {token}", flush=True)
    for reaction in trip.get("rehearsal", ()):  # what a person would do, for runs in virtual time
        context.sleep(reaction["after"])
        if "by" in reaction:
            context.send_task_success(token, {"by": reaction["by"]})
        elif "refused" in reaction:
            context.send_task_failure(token, "Refused", reaction["refused"])
        else:
            context.send_task_heartbeat(token)
    return {"asked": trip["who"]}


def book(trip):
    """Not idempotent: a second call would book, and pay, a second trip."""
    return {"number": f"{trip['to'].upper()}-1", "approvedBy": trip["approval"]["by"]}
