"""What a browser calls itself, in the words of people: "Firefox on Android"."""

import re

_BROWSERS = (  # the first that is named wins: Edge and Opera also name Chrome, Chrome also Safari
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)
_PRODUCT = re.compile(r"[\w.-]{1,40}")


def device(agent: str) -> str:
    """Return a name for the User-Agent ``agent``; for a program, its own; "" for none."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), None)
    system = next((name for mark, name in _SYSTEMS if mark in agent), None)
    if browser is not None and system is not None:
        return f"{browser} on {system}"
    product = _PRODUCT.match(agent)
    return browser or (product[0] if product is not None else "")
