"""What the page tests do in a browser: read a form, pick a time, book it."""

import re

from tests.support.client import PageClient


def slots(page: str) -> list[str]:
    return re.findall(r'name="slot" value="(\d[^"]*)"', page)


def hidden(page: str, name: str) -> str:
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page)
    assert found, f"no field {name}"
    return found.group(1)


def pick(client: PageClient, number: int = 0, url: str = "/visit/times") -> dict[str, str]:
    page = client.get(url).text
    given = {"slot": slots(page)[number], "key": hidden(page, "key")}
    return given | ({"version": hidden(page, "version")} if 'name="version"' in page else {})


def book(client: PageClient, number: int = 0) -> None:
    client.post("/visit/times", pick(client, number), status=303)
    client.get("/visit/confirm")
    client.post("/visit/confirm", status=303)
