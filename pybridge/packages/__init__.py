"""Python packages for scripts: chosen, locked by their hashes, merged into one archive.

What reads a lock needs the standard library only. What makes one needs the extra `packages`.
"""
