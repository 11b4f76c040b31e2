"""A shop's services, played by a few lines each. What they remember lasts as long as the process.

A handler is a plain function of the task's input, or of its input and a context. An exception fails the task under the
name of its class, as in AWS Lambda.
"""

STOCK = {"mug-blue": 10, "tea-earl-grey": 3, "teapot": 1}
RESERVED: dict[str, list[dict]] = {}
CHARGED: dict[str, int] = {}


class OutOfStock(Exception):
    """The warehouse hasn't got that many."""


class GatewayBusy(Exception):
    """The card processor asks to try again later."""


class CardDeclined(Exception):
    """The card processor says no."""


class NoCarrier(Exception):
    """Nobody delivers there."""


def reserve_stock(order):
    for item in order["items"]:
        if STOCK.get(item["sku"], 0) < item["quantity"]:
            raise OutOfStock(item["sku"])
    for item in order["items"]:
        STOCK[item["sku"]] -= item["quantity"]
    reservation = f"res-{order['orderId']}"
    RESERVED[reservation] = order["items"]
    return {"reservationId": reservation, "total": sum(item["price"] * item["quantity"] for item in order["items"])}


def charge_card(charge, context):
    if charge["card"] == "tok_empty":
        raise CardDeclined("insufficient funds")
    if context.attempt == 0:
        raise GatewayBusy("try again later")
    payment = f"pay-{charge['orderId']}"
    CHARGED[payment] = charge["amount"]
    return {"paymentId": payment, "amount": charge["amount"]}


def ship(parcel, context):
    context.sleep(3)  # printing the label; in virtual time nobody waits for it
    if parcel["address"]["country"] == "AQ":
        raise NoCarrier("no carrier delivers to Antarctica")
    return {"trackingCode": f"TRK-{parcel['orderId']}"}


def send_receipt(order):
    return {"to": order["customer"], "text": f"Thank you! You paid {order['payment']['amount'] / 100:.2f}."}


def add_points(order):
    if order["customer"].startswith("guest"):
        raise LookupError("guests collect no points")
    return {"customer": order["customer"], "points": order["payment"]["amount"] // 100}


def refund_card(payment, context):
    if context.attempt == 0:
        raise GatewayBusy("try again later")
    return {"refunded": CHARGED.pop(payment["paymentId"])}


def release_stock(reservation):
    for item in RESERVED.pop(reservation["reservationId"]):
        STOCK[item["sku"]] += item["quantity"]
    return {"released": True}
