"""
---
id: "7f984440-d2bb-4b47-a29f-26536e95eb2b"
projectId: "6f1f3c0e-58a4-4b0b-9a0e-2d5f3f0b7c11"
slug: "tidy_title"
title: "Tidy title"
kind: "transform"
entrypoint: "normalize_title"
enabled: true
version: 1
createdAt: "2025-02-08T13:12:40.000Z"
updatedAt: "2025-02-08T13:12:40.000Z"
---
"""

"""Tidy what a bookmark brings along: "Great Game | Some Site" becomes "Great Game"."""

SEPARATORS = (" | ", " – ", " — ", " :: ")


def bare(title: str) -> str:
    tidy = " ".join(title.split())
    for separator in SEPARATORS:
        tidy = tidy.split(separator)[0]
    return tidy.rstrip(" |–—:") or title


def normalize_title(post: dict) -> dict:
    before = post["title"]
    after = bare(before)
    post["title"] = after
    post["content"] = post["content"].replace(before, after)
    return post
