"""
---
id: "5c1f5c0e-54fd-4c0a-8a53-7f0b7f3a1c44"
projectId: "default"
slug: "bgg_link"
title: "bgg link"
kind: "transform"
entrypoint: "normalize_blogmark"
enabled: true
version: 12
createdAt: "2026-02-23T19:54:58.000Z"
updatedAt: "2026-03-02T20:30:14.453Z"
---
"""
def normalize_blogmark(post, context):
    if 'boardgamegeek.com' not in context.get('url', ''):
        return post
    title = post['title'].split(' | ')[0].strip()
    post['content'] = post['content'].replace(post['title'], title)
    post['title'] = title
    post['tags'] = sorted(set(post['tags']) | {'spielen'})
    toast("tagged: " + title)
    return {'post': post}
