"""Tries to read files that broke off, as analysts do. None of them may pass for a whole one."""

import sys
from pathlib import Path

import duckdb
import pandas

FOLDER = Path(sys.argv[1])
READERS = {
    "csv": pandas.read_csv,
    "ndjson": lambda file: pandas.read_json(file, lines=True),
    "json": pandas.read_json,
    "parquet": pandas.read_parquet,
}


def fails(read):
    try:
        read()
    except (ValueError, OSError, duckdb.Error):
        return True
    return False


for extension, read in READERS.items():
    file = FOLDER / f"broken.{extension}"
    assert fails(lambda: read(file)), f"pandas reads {file.name}"
    assert fails(lambda: duckdb.sql(f"SELECT * FROM '{file}'").fetchall()), f"DuckDB reads {file.name}"
