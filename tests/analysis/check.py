"""Runs the code of docs/ANALYSIS.md from top to bottom, and holds what it says against the collector's statistics and sums of its own.

Arguments: the page, a folder to work in (with the token, as a home), the collector's address, the archive's folder.
"""

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections import Counter, defaultdict
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from math import isclose, sqrt
from pathlib import Path
from zlib import crc32
from zoneinfo import ZoneInfo

import duckdb
import pandas

PAGE, FOLDER, COLLECTOR, ARCHIVE = sys.argv[1:]
os.chdir(FOLDER)
text = Path(PAGE).read_text("utf-8")
blocks = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
assert {language for language, _ in blocks} == {"sh", "sql", "python"}, "a block that is not run"
compared = 0


def code(language):
    found = "\n".join(code for name, code in blocks if name == language)
    for documented, here in [("https://surveys.shop.example", COLLECTOR), ("r2://sondeo-archive", ARCHIVE)]:
        found = found.replace(documented, here)
    return found


def same(got, expected, what, digits=0.0):
    """`digits`: how far off a number may be, of its own size or of 1."""
    global compared
    if isinstance(expected, (list, tuple)):
        assert len(got) == len(expected), f"{what}: {got} for {expected}"
        for pair in zip(got, expected):
            same(*pair, what, digits)
        return
    compared += 1
    if digits:
        assert isclose(got, expected, rel_tol=digits, abs_tol=digits), f"{what}: {got} for {expected}"
    else:
        assert got == expected, f"{what}: {got!r} for {expected!r}"


def ask(path):
    address = f"{COLLECTOR}/v1/sites/shop/surveys/post-purchase/{path}"
    token = Path("sondeo-token").read_text().strip()
    with urllib.request.urlopen(urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})) as reply:
        return json.load(reply)


def time(value):
    return datetime.fromisoformat(value.replace("Z", "+00:00"))


subprocess.run(["bash", "-euo", "pipefail", "-c", code("sh")], check=True, env={**os.environ, "HOME": FOLDER})

# What was downloaded is the same answers, or those that were asked for.
everything = [json.loads(line) for line in Path("answers.ndjson").read_text("utf-8").splitlines()]
counted = [answer for answer in everything if not answer["flags"]]
assert 500 < len(counted) < len(everything)


def ids(answers):
    return [answer["response_id"] for answer in answers]


for name, expected in [
    ("answers.csv", everything),
    ("october.csv.gz", [answer for answer in everything if answer["received_at"][:7] == "2026-10"]),
    ("for-excel.csv", everything),
    ("as-counted.csv", counted),
    ("to-look-after.csv", [a for a in everything if a["segment"] == "detractor" and a["complete"] and not a["handled_at"]]),
]:
    assert expected, name
    same(list(pandas.read_csv(name).response_id), ids(expected), name)
same(list(pandas.read_parquet("answers.parquet").response_id), ids(everything), "Parquet")
same(ids(json.loads(Path("answers.json").read_text("utf-8"))), ids(everything), "JSON")
assert Path("for-excel.csv").read_bytes().startswith(b"\xef\xbb\xbf") and "received_at_local" in pandas.read_csv("for-excel.csv")

# A shop's orders: those that were answered about, and as many others; each customer has some, days or months apart.
orders = []
for n, answer in enumerate(a for a in everything if a["order_id"]):
    at = time(answer["received_at"]) - timedelta(days=2)
    orders.append((answer["order_id"], f"c{crc32(b'%d' % n) % 700}", at, Decimal(100 + 7 * n % 9001) / 100))
    orders.append((f"{n:05}", f"c{crc32(b'other %d' % n) % 2000}", at + timedelta(days=n % 3), Decimal(995) / 100))
orders = list({order[0]: order for order in orders}.values())
lines = [f"{number},{customer},{at.isoformat()},{total}" for number, customer, at, total in orders]
Path("orders.csv").write_text("\n".join(["order_id,customer,placed_at,total", *lines]) + "\n")

selects = []
for statement in duckdb.extract_statements(code("sql")):
    result = duckdb.execute(statement)
    if statement.type == duckdb.StatementType.SELECT:
        selects.append(([column[0] for column in result.description], result.fetchall()))
notebook = {}
exec(compile(code("python"), PAGE, "exec"), notebook)


def rows(*columns):
    """What the one query with these columns first says."""
    found = [result for names, result in selects if tuple(names[: len(columns)]) == columns]
    assert len(found) == 1, f"{len(found)} queries say {columns}"
    return found[0]


# Scores by week, by SQL and by pandas.
weeks = [week for week in ask("stats?by=week")["series"] if week["n"]]
wanted = [(week["score"]["value"], week["score"]["low"], week["score"]["high"]) for week in weeks]
assert len(weeks) > 10
by_sql = rows("week", "n", "nps")
same([(str(row[0]), row[1]) for row in by_sql], [(week["start"], week["n"]) for week in weeks], "weeks")
same([row[2:] for row in by_sql], wanted, "weeks in DuckDB", 1e-6)
frame = notebook["weeks"]
same([str(start.date()) for start in frame.index], [week["start"] for week in weeks], "weeks")
same(list(frame.n), [week["n"] for week in weeks], "weeks")
same(list(zip(frame.nps, frame.low, frame.high)), wanted, "weeks in pandas", 1e-9)

# Plans, reasons, months of the archive.
for plan, n, mean in rows("plan", "n", "mean"):
    scores = [answer["score"] for answer in counted if answer.get("attr_plan") == plan]
    same((n, mean), (len(scores), sum(scores) / len(scores)), plan, 1e-9)
reasons = Counter((reason, answer["segment"] == "detractor") for answer in counted for reason in answer["reasons"])
said = rows("reason", "n", "detractors")
same({row[0] for row in said}, {reason for reason, _ in reasons}, "reasons")
for reason, n, detractors in said:
    same((n, detractors), (reasons[reason, True] + reasons[reason, False], reasons[reason, True]), reason)
months = defaultdict(list)
for answer in (answer for answer in counted if answer["received_at"] >= "2026-09"):
    months[answer["received_at"][:7]].append(answer)
same([str(row[2])[:7] for row in rows("site", "survey", "month")], sorted(months), "months")
for site, survey, month, n, mean, with_plan in rows("site", "survey", "month"):
    answers = months[str(month)[:7]]
    same((site, survey, n), ("shop", "post-purchase", len(answers)), "archive")
    same(mean, sum(answer["score"] for answer in answers) / n, "archive", 1e-9)
    same(with_plan, sum("attr_plan" in answer for answer in answers), "archive")

# A Wilson interval ends where the share is as far off as chance has it.
percent, low, high = notebook["detractors"]
n = len(counted)
same(percent, 100 * sum(answer["segment"] == "detractor" for answer in counted) / n, "detractors", 1e-9)
for bound in (low, high):
    error = notebook["Z"] * sqrt(bound / 100 * (1 - bound / 100) / n)
    same(abs(percent - bound) / 100, error, "Wilson", 1e-9)

# Orders, each with its last answer.
latest = {}
for answer in sorted(counted, key=lambda answer: (answer["received_at"], answer["response_id"])):
    if answer["order_id"]:
        latest[answer["order_id"]] = answer
revenue = defaultdict(list)
for number, _, _, total in orders:
    revenue[latest[number]["segment"] if number in latest else "no answer"].append(total)
said = rows("segment", "orders", "revenue")
same({row[0] for row in said}, set(revenue), "revenue")
for segment, count, total, mean in said:
    same((count, total), (len(revenue[segment]), sum(revenue[segment])), f"revenue, {segment}")
    same(float(mean), float(sum(revenue[segment]) / count), f"revenue, {segment}", 0.005)
share = 100 * len(latest) / len(orders)
assert sum(answer["order_id"] is not None for answer in counted) > len(latest), "no order has two answers"
count, answered, percent = rows("orders", "answered", "percent")[0]
same((count, answered), (len(orders), len(latest)), "answered orders")
same(percent, share, "answered orders", 1e-9)

# Who comes back.
known = {}
for number, customer, _, _ in orders:
    if number in latest:
        at = time(latest[number]["received_at"])
        if customer not in known or at < known[customer][0]:
            known[customer] = (at, latest[number]["segment"])


def days_after(at, days):
    """By the clocks of the zone that the page sets for DuckDB: one of the days has 25 hours."""
    return (at.astimezone(ZoneInfo("Europe/Madrid")) + timedelta(days=days)).astimezone(timezone.utc)


end = days_after(max(order[2] for order in orders), -60)
back = defaultdict(list)
for customer, (at, segment) in known.items():
    if at < end:
        back[segment].append(any(c == customer and at < placed <= days_after(at, 60) for _, c, placed, _ in orders))
assert any(any(customers) and not all(customers) for customers in back.values()), back
expected = [(s, len(back[s]), sum(back[s]), round(100 * sum(back[s]) / len(back[s]), 1)) for s in sorted(back)]
same(rows("segment", "customers", "again"), expected, "back")

# What the statistics say of orders and of repeated ones.
value = json.loads(Path("value.json").read_text())["value"]
sums = defaultdict(Decimal)
for answer in counted:
    if answer["order_value"]:
        sums[answer["order_currency"], answer["segment"]] += Decimal(answer["order_value"])
for currency in value["currencies"]:
    for segment, amount in currency["segments"].items():
        same(Decimal(amount["sum"]), sums[currency["currency"], segment], f"{currency['currency']}, {segment}")
repeated = value["repeat_orders"]
assert any(of["repeat"] for of in repeated.values())
wanted = [(segment, repeated[segment]["respondents"], repeated[segment]["repeat"]) for segment in sorted(repeated)]
same(rows("segment", "respondents", "repeat"), wanted, "repeat orders")

# Did it change?
then = json.loads(Path("change.json").read_text())["previous"]
assert then["from"] == "2026-09-06T22:00:00.000Z" and then["n"] > 50, then
change = then["change"]
[by_sql] = rows("difference", "low", "high")
names = ["difference", "low", "high"]
same(by_sql[:3], [change[name] for name in names], "change in DuckDB", 1e-6)
same(by_sql[3], change["within_chance"], "change")
same([notebook["change"][name] for name in names], [change[name] for name in names], "change in pandas", 1e-9)
same(notebook["change"]["p"], change["p"], "p", 1e-6)

# How many answered, by the documentation's own interval.
stats = json.loads(Path("stats.json").read_text())
rate = stats["response_rate"]
expected = (len(counted), stats["exposures"]["shown"], stats["exposures"]["dismissed"])
[by_sql] = rows("n", "shown", "dismissed")
same(by_sql[:3], expected, "exposures")
same(by_sql[3:], (rate["value"], rate["low"], rate["high"]), "response rate", 1e-12)
assert rate["value"] < 100
same(notebook["share"](len(counted), expected[1]), (rate["value"], rate["low"], rate["high"]), "response rate", 1e-9)
print(compared)
