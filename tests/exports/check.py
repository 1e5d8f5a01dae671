"""Opens exports as analysts do, without options, and holds every value against the NDJSON, read by Python's own parser."""

import gzip
import json
import re
import sys
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import duckdb
import pandas

FOLDER = Path(sys.argv[1])
TIMES = {"received_at", "updated_at", "handled_at", "received_at_local", "updated_at_local"}
# Digits, or no text of a visitor's: CSV has them as they are.
PLAIN = TIMES | {"response_id", "order_value", "order_currency", "respondent", "locale", "device"}
FORMULA = re.compile(r"[\s\x00-\x20\x7f-\x9f\u200b\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")

compared = 0


def truth(name):
    return [json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines()]


def millis(value):
    if isinstance(value, str):
        value = datetime.fromisoformat(value.replace("Z", "+00:00"))
    if value.tzinfo is None:
        value = value.replace(tzinfo=timezone.utc)
    return round(value.timestamp() * 1000)


def is_none(value):
    return value is None or (not isinstance(value, (list, str)) and bool(pandas.isna(value)))


def in_csv(column, value):
    if isinstance(value, list):
        value = ";".join(value)
    if isinstance(value, str) and column not in PLAIN and FORMULA.match(value):
        value = "'" + value
    return None if value == "" else value


def same(column, got, expected):
    if hasattr(got, "tolist") and not isinstance(got, str):
        got = got.tolist()
    if isinstance(got, UUID):
        got = str(got)
    if is_none(got) or expected is None:
        return is_none(got) and expected is None
    if column in TIMES:
        return (got if isinstance(got, int) else millis(got)) == millis(expected)
    if isinstance(expected, bool) or isinstance(got, bool):
        return got is expected
    if isinstance(got, (int, float)):
        return Decimal(repr(got)) == Decimal(str(expected))
    return got == expected


def check(what, columns, rows, expected, is_csv=False):
    """`rows` are lists in the order of `columns`."""
    global compared
    assert len(rows) == len(expected), f"{what}: {len(rows)} rows"
    names = set().union(*expected)
    assert set(columns) == names, f"{what}: {set(columns) ^ names}"
    for row, record in zip(rows, expected):
        for column, got in zip(columns, row):
            wanted = record.get(column)
            wanted = in_csv(column, wanted) if is_csv else wanted
            assert same(column, got, wanted), f"{what}, {column}: {got!r} for {wanted!r}"
            compared += 1


def by_pandas(what, frame, expected, is_csv=False):
    rows = [list(row) for row in frame.itertuples(index=False, name=None)]
    check(f"pandas: {what}", list(frame.columns), rows, expected, is_csv)
    assert str(frame.dtypes["score"]) == "int64" and str(frame.dtypes["complete"]) == "bool", what


def by_duckdb(name, expected, is_csv=False):
    source = f"'{FOLDER / name}'"
    types = {row[0]: row[1] for row in duckdb.sql(f"DESCRIBE FROM {source}").fetchall()}

    def select(column, type):
        quoted = '"' + column.replace('"', '""') + '"'
        return f"epoch_ms({quoted})" if type.startswith("TIMESTAMP") else quoted

    query = ", ".join(select(column, type) for column, type in types.items())
    rows = duckdb.sql(f"SELECT {query} FROM {source}").fetchall()
    check(f"DuckDB: {name}", list(types), rows, expected, is_csv)
    assert types["received_at"].startswith("TIMESTAMP") and types["score"] == "BIGINT", types
    return types


duckdb.execute("SET TimeZone = 'UTC'")
plain, local = truth("plain.ndjson"), truth("tz.ndjson")
for name, expected in [("plain.csv", plain), ("bom.csv", plain), ("file.csv.gz", plain), ("tz.csv", local)]:
    by_pandas(name, pandas.read_csv(FOLDER / name), expected, is_csv=True)
    by_duckdb(name, expected, is_csv=True)
assert (FOLDER / "bom.csv").read_bytes() == b"\xef\xbb\xbf" + (FOLDER / "plain.csv").read_bytes()
assert gzip.decompress((FOLDER / "file.csv.gz").read_bytes()) == (FOLDER / "plain.csv").read_bytes()
assert json.loads((FOLDER / "plain.json").read_text("utf-8")) == plain
by_pandas("plain.ndjson", pandas.read_json(FOLDER / "plain.ndjson", lines=True), plain)
by_pandas("plain.json", pandas.read_json(FOLDER / "plain.json"), plain)
by_duckdb("plain.ndjson", plain)
by_duckdb("plain.json", plain)
for name, expected in [("plain.parquet", plain), ("tz.parquet", local)]:
    frame = pandas.read_parquet(FOLDER / name)
    by_pandas(name, frame, expected)
    types = by_duckdb(name, expected)
    assert types["received_at"] == types["handled_at"] == "TIMESTAMP WITH TIME ZONE", types
    assert types["complete"] == types["gpc"] == "BOOLEAN" and types["reasons"] == "VARCHAR[]", types
    assert types["order_value"] == types["order_id"] == "VARCHAR", types
    assert str(frame.dtypes["received_at"]) == "datetime64[ms, UTC]", frame.dtypes
assert types["received_at_local"] == "TIMESTAMP" and str(frame.dtypes["received_at_local"]) == "datetime64[ms]"
print(compared)
