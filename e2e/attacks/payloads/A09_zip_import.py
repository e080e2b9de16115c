# Import a module from an archive that was written into memory.
# holds: nothing can be written
# browser: held exception capability crash timeout memory
# wasi: held exception capability
import sys
import zipfile


def render(context):
    with zipfile.ZipFile("/tmp/attack", "w") as archive:
        archive.writestr("planted.py", "x = 1")
    sys.path.insert(0, "/tmp/attack")
    import planted

    return {"text": f"breach: {planted.x}"}
