"""Keeps one script from changing the results of the next.

The rules, as in docs/trust.md:

what a script does                              what the engine does                         module
it writes to, closes or replaces the streams    gives each item streams of its own           running/streams.py
it changes interpreter state, such as the       restores it; if others ran in the same       interpreter_state.py
environment, `sys.path`, the locale or the      slice, runs the slice again item by item,
random numbers                                  then restores it after each call
it replaces a member of a module or class, a    discards the interpreter; the item that      baseline.py, builtins.py,
function's code or defaults, a function of      did it alone gets a warning                  namespaces.py
another script, or an entry of `sys.modules`
it uses `sys.settrace`, audit hooks, `gc.get_   raises the error `capability`; functions     blocked.py
objects` and the like, or `atexit`              registered with `atexit` never run

A self-contained script can do none of this and is not watched (`scripts/self_contained.py`). In a sandbox all other
scripts have an interpreter each, so that these rules keep the calls of one script apart there.
"""
