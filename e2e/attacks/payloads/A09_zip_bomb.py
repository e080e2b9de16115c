# Unpack an archive of a kilobyte to a gigabyte.
# holds: refused at the limit of memory, or the module is not there
# browser: held exception capability memory crash timeout
# wasi: held exception capability memory crash timeout
import io
import zipfile


def render(context):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(100):
            archive.writestr(str(number), bytes(1 << 23))
    kept = [zipfile.ZipFile(packed).read(str(number)) for number in range(100)]
    return {"text": f"breach: {sum(map(len, kept))}"}
