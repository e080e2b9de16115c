"""A heavy macro: two thousand points, smoothed and drawn as text."""

from math import sin


def render(context):
    count = context["params"]["count"]
    points = [sin((n + count) / 50) * 40 + (n * 7919 + count) % 13 for n in range(2000)]
    window = 25
    total = sum(points[:window])
    heights = []
    for index in range(window, len(points)):
        heights.append(round(total / window, 2))
        total += points[index] - points[index - window]
    bars = "".join(" .:-=+*#%@"[int((height + 40) // 11) % 10] for height in heights)
    return {"html": f"<pre>{bars}</pre>"}
