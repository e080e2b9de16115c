# Start a process in every way there is.
# holds: none starts
# browser: held
# wasi: held
import os


def attempt(work):
    try:
        return work()
    except Exception:
        return None


def by_subprocess():
    import subprocess

    return subprocess.run(["id"], capture_output=True).stdout


def by_system():
    return os.system("id") == 0


def by_popen():
    return os.popen("id").read()


def by_fork():
    return os.fork()


def by_spawn():
    return os.posix_spawn("/bin/id", ["id"], {})


def by_exec():
    return os.execv("/bin/id", ["id"])


def by_pool():
    import multiprocessing

    return multiprocessing.Pool(1).map(str, [1])


def by_executor():
    import concurrent.futures

    return concurrent.futures.ThreadPoolExecutor().submit(str, 1).result(1)


def by_pty():
    import pty

    return pty.spawn("id")


def render(context):
    ways = (
        by_subprocess,
        by_system,
        by_popen,
        by_fork,
        by_spawn,
        by_exec,
        by_pool,
        by_executor,
        by_pty,
    )
    started = [way.__name__ for way in ways if attempt(way)]
    return {"text": f"breach: {started}" if started else "held"}
