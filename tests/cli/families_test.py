#!/usr/bin/env python3
"""families_test.py ZHIYUN: families of real files are what a second reader, in Python, groups in them.

Each file of ../shared/data is imported into an instance of its own. For all records and for the finds of some words, the
hits by family, their sizes, the totals of families and records, the members of a family and the cells of a landscape must be
the second reader's; the finds themselves are those of the same search without families."""
import collections
import json
import os
import random
import re
import shutil
import subprocess
import sys
import urllib.parse

import landscape_counts_test as real

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import store  # noqa: E402
import tap  # noqa: E402

PAGE = 500
TEXT = "satellite antenna receives signals of a vehicle on an offshore platform; a camera or drone with a wing and a sensor"


def plain(number):
    """Letters and digits; zeros are written or not."""
    number = re.sub(r"^US(PP|D|RE|H|T|)0+", r"US\1", re.sub(r"[^A-Z0-9]", "", number.upper()))
    return re.sub(r"^US((?:19|20)\d\d)(\d{6})(?=[A-Z])", r"US\g<1>0\2", number)


def google(path):
    for row in real.table(real.content(path)):
        yield plain(row["publication_number"]), "family " + row["family_id"], row["publication_date"][:4]


def uspto(path):
    for row in json.loads(real.content(path)):
        family = row["familyIdentifierCur"]
        yield plain(row["guid"]), f"family {family}" if family else plain(row["applicationNumber"] or row["guid"]), row["datePublished"][:4]


FILES = {
    "orbit": (google, "us-landscape-citations/orbit_satellite.csv.zst", "satellite orbit"),
    "offshore": (google, "us-landscape-citations/offshore_plant.csv.zst", "platform"),
    "night": (google, "us-landscape-citations/nighttime_driver_visibility.csv.zst", "vehicle light"),
    "uspto": (uspto, real.USPTO, "method"),
}


def search(server, words, **more):
    return server.ask("GET", "/api/v1/search?" + urllib.parse.urlencode({"query": words, **more}))


def pages(ask):
    """All hits, page by page, and the last reply."""
    hits = []
    while True:
        reply = ask({"k": PAGE, "offset": len(hits)})
        if not reply["hits"]:
            return hits, reply
        hits += reply["hits"]


def check_list(ask, key, what):
    """Of `ask`, a search or match, by family against the same without."""
    each, plain_reply = pages(ask)
    grouped, reply = pages(lambda page: ask({**page, "group": "family"}))
    sizes = collections.Counter(key[plain(hit["number"])] for hit in each)
    first = {}
    for hit in each:
        first.setdefault(key[plain(hit["number"])], hit["id"])
    assert reply["total"] == plain_reply["total"] == len(each), (what, reply["total"], plain_reply["total"], len(each))
    assert reply["families"] == len(sizes) == len(grouped), (what, reply["families"], len(sizes), len(grouped))
    assert [hit["id"] for hit in grouped] == list(first.values()), what
    for hit in grouped:
        assert hit["others"] + 1 == sizes[key[plain(hit["number"])]], (what, hit)
    return grouped, sizes


def check(name):
    read, path, words = FILES[name]
    rows = {number: (family, year) for number, family, year in read(path)}
    key = {number: family for number, (family, _) in rows.items()}
    data = os.path.join(real.WORK, name)
    subprocess.run([real.ZHIYUN, *store.words(data), "--quiet", "import", os.path.join(real.DATA, path)], check=True, stdout=subprocess.DEVNULL)
    server = real.Server(data)
    try:
        _, sizes = check_list(lambda page: search(server, "", **page), key, "all")
        assert sizes == collections.Counter(key.values())
        check_list(lambda page: search(server, words, sort="-date", **page), key, words)
        check_list(lambda page: server.ask("POST", "/api/v1/match", {"text": TEXT, **page}), key, "match")
        hits, _ = check_list(lambda page: search(server, words, **page), key, words)
        largest = sorted(hits, key=lambda hit: -hit["others"])[:5]
        for hit in largest + random.Random(name).sample(hits, min(25, len(hits))):
            members = search(server, "", k=PAGE, filter="family=" + hit["number"])["hits"]
            family = key[plain(hit["number"])]
            assert sorted(plain(one["number"]) for one in members) == sorted(number for number in key if key[number] == family), hit
        families = collections.defaultdict(set)
        for family, year in rows.values():
            families[year].add(family)
        reply = server.ask("POST", "/api/v1/landscape", {"by": ["published"], "group": "family"})
        assert {cell["key"][0]: cell["count"] for cell in reply["cells"]} == {year: len(of) for year, of in families.items()}
        assert (reply["total"], reply["families"]) == (len(rows), len(sizes))
        print(f"# {name}: {len(rows)} records, {len(sizes)} families, the largest of {max(sizes.values())}; {len(hits)} found for {words}")
    finally:
        server.stop()


def test_families_of_satellites():
    check("orbit")


def test_families_of_offshore_plants():
    check("offshore")


def test_families_of_night_vision():
    check("night")


def test_families_of_the_united_states_office():
    check("uspto")


if __name__ == "__main__":
    try:
        tap.run(sys.modules[__name__])
    finally:
        shutil.rmtree(real.WORK, ignore_errors=True)
