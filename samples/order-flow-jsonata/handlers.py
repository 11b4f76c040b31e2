"""A shop's services, played by a few lines each."""


class GatewayBusy(Exception):
    """The card processor asks to try again later."""


class CardDeclined(Exception):
    """The card processor says no."""


def ask_for_approval(mail, context):
    """The person answers after an hour. In virtual time nobody waits for that."""
    if mail["total"] > 100_000:  # too much even to be read
        return {"sent": False}
    context.sleep(3600)
    if mail["total"] > 10_000:
        context.send_task_failure(mail["token"], "Refused", "over the year's budget")
    else:
        context.send_task_success(mail["token"], {"by": "grace"})
    return {"sent": True}


def charge_card(charge):
    if charge["card"] == "tok_empty":
        raise CardDeclined("insufficient funds")
    if charge["card"] == "tok_slow" and charge["attempt"] < 2:
        raise GatewayBusy("try again later")
    if charge["card"] == "tok_never":
        raise GatewayBusy("try again later")
    return {"paymentId": f"pay-{charge['amount']}"}


def pack(order, context):
    context.sleep(30)
    return {"parcel": "+".join(sorted(order["skus"]))}
