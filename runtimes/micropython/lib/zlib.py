"""Compression in one call."""

import deflate
import io
from binascii import crc32

error = ValueError


def _format(wbits):
    if wbits < 0:
        return deflate.RAW
    return deflate.GZIP if wbits > 15 else deflate.ZLIB


def compress(data, level=-1, wbits=15):
    if not data:
        if wbits > 15 or wbits < 0:
            raise NotImplementedError("zlib of MicroPython compresses no empty data in this format")
        return b"x\x9c\x03\0\0\0\0\1"
    out = io.BytesIO()
    with deflate.DeflateIO(out, _format(wbits), 15) as stream:
        stream.write(data)
    return out.getvalue()


def decompress(data, wbits=15, bufsize=0):
    return deflate.DeflateIO(io.BytesIO(data), _format(wbits), 15).read()
