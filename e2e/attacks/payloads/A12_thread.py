# Start a thread.
# holds: a clean error
import threading


def render(context):
    threading.Thread(target=print).start()
    return {"text": "breach: started"}
