# Inflate by bz2 and lzma, and read a tar file with links.
# holds: refused, or the module is not there
# browser: held exception capability crash timeout memory
# wasi: held exception capability
import io
import tarfile


def render(context):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        entry = tarfile.TarInfo("out")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/tmp/l"
        archive.addfile(entry)
        inside = tarfile.TarInfo("out/attack")
        inside.size = 1
        archive.addfile(inside, io.BytesIO(b"x"))
    stream.seek(0)
    with tarfile.open(fileobj=stream) as archive:
        archive.extractall("/tmp", filter="fully_trusted")
    import bz2
    import lzma

    return {"text": f"breach: {bz2.compress(lzma.compress(b''))!r}"}
