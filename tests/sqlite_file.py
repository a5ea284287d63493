"""A store's file beside the program, for tests that look into it or damage its rows.

Through the program's own file layer (src/db/page_sums.h): what the sqlite3 module alone writes, be
it only the copying back of a log that a killed server left, would not fit the pages' checksums.
"""
import ctypes
import os
import sqlite3
import sys
import urllib.parse

LIBRARY = os.path.join(os.path.dirname(os.path.abspath(sys.argv[1])), "tests", "page_sums.so")
layer = ctypes.CDLL(LIBRARY).page_sums_vfs
layer.restype, layer.argtypes = ctypes.c_char_p, [ctypes.c_char_p]
NAME = layer(None).decode()


def connect(path, **options):
    """As sqlite3.connect; the file has to be there."""
    words = urllib.parse.urlencode({"vfs": NAME, "mode": "rw"}, quote_via=urllib.parse.quote)
    return sqlite3.connect(f"file:{urllib.parse.quote(os.path.abspath(path))}?{words}", uri=True, **options)
