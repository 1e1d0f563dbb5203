"""Rows of a form that are added, moved and taken out by buttons, without scripts."""


def moved(rows: list[dict[str, str]], wish: str, most: int, fresh: dict[str, str]) -> list[dict[str, str]]:
    """Give rows as they were typed with one added, moved or taken out; nothing else changes.

    wish: "add", or "insert-3", "up-3", "down-3", "remove-3" with the number of the row on the page.
    fresh: what a new row holds.
    """
    verb, _dash, number = wish.partition("-")
    place = int(number) if number.isdecimal() and int(number) < len(rows) else len(rows)
    if verb == "remove":
        return rows[:place] + rows[place + 1 :]
    if verb in ("add", "insert") and len(rows) < most:
        return [*rows[: place + 1], fresh, *rows[place + 1 :]]
    other = {"up": place - 1, "down": place + 1}.get(verb, -1)
    if 0 <= other < len(rows) and place < len(rows):
        rows[other], rows[place] = rows[place], rows[other]
    return rows
