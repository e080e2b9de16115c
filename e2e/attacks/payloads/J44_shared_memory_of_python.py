# Map memory that other processes share.
# holds: it is not there
# browser: held exception capability crash timeout
# wasi: held exception capability
def render(context):
    from multiprocessing import shared_memory

    made = shared_memory.SharedMemory("attack", create=True, size=64)
    return {"text": f"breach: {made.name}"}
