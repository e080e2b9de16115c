"""
---
id: "9d4afd76-8f23-4b6e-a3f4-b266c5c768ff"
projectId: "6f1f3c0e-58a4-4b0b-9a0e-2d5f3f0b7c11"
slug: "word_count"
title: "Word count"
kind: "utility"
entrypoint: "main"
enabled: true
version: 2
createdAt: "2023-11-18T18:35:27.000Z"
updatedAt: "2023-11-19T10:01:36.087Z"
---
"""

"""Count words from the command line: pybridge run word_count "some text" "some more"."""

SAMPLE = "The slow train stops everywhere, and everywhere is where I wanted to go."


def count(text: str) -> dict:
    words = [word.strip(".,;:!?()\"'").lower() for word in text.split()]
    words = [word for word in words if word]
    return {"words": len(words), "different": len(set(words)), "characters": len(text)}


def main(args: list[str]) -> list[dict]:
    texts = args or [SAMPLE]
    counts = [count(text) for text in texts]
    print("words  different  characters")
    for entry in counts:
        print(f"{entry['words']:5}  {entry['different']:9}  {entry['characters']:10}")
    if len(counts) > 1:
        print(f"{sum(entry['words'] for entry in counts):5}  in all")
    return counts
