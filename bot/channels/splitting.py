"""Cuts a text into parts that a channel takes."""


def split(text: str, limit: int) -> list[str]:
    """Parts of at most `limit` UTF-16 units, as messaging services count them, cut at a line or a word; never empty."""
    text = text.strip() or "…"
    if len(text.encode("utf-16-le", "surrogatepass")) // 2 <= limit:
        return [text]
    half = limit // 2  # characters: each is at most two units
    cut = max(text.rfind("\n", 1, half), text.rfind(" ", 1, half))
    cut = cut if cut > 0 else half
    return [text[:cut], *split(text[cut:], limit)]
