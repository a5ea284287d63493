#!/usr/bin/env python3
"""recompute.py URL TOKEN PACK FORM CODE YEAR [AS_OF]: every number of a report, counted again from the raw records.

Written from the texts and from facts.md alone, in another language than the program and without its SQL: it
reads the records of the party whose token it is over the API, counts, and prints each number that differs.
Exit 0 when all are equal, 1 when one is not, 2 when a number of the report is not known here.

A truth is True, False or None (not known). A number is (least, most); most None: no upper bound.
"""
import datetime
import json
import sys
import unicodedata
import urllib.request
from decimal import Decimal, ROUND_DOWN

TYPES = ["staff", "deal", "project", "service_record", "served_party", "support", "consortium", "consortium_activity",
         "event", "training", "sign_up", "stock_patent", "list_statement", "applicant", "application", "driven_party", "annual_report", "service_plan"]
CHINA = datetime.timezone(datetime.timedelta(hours=8))


def every(*truths):
    return False if False in truths else None if None in truths else True


def some(*truths):
    return True if True in truths else None if None in truths else False


def no(truth):
    return None if truth is None else not truth


def key_of(text):
    """As keys compare: no blanks, one dash for each; a document's own words around a number are not written here."""
    even = "".join("-" if unicodedata.category(c) == "Pd" or c == "\u2212" else c for c in unicodedata.normalize("NFKC", text or "").upper())
    return "".join(even.split()) or None


def share(record):
    """What part of a contract or project a joint claim leaves to the party."""
    return 1 if record.get("share") is None else Decimal(record["share"]) / 100


def part_of(amount, part):
    """Not a fen too much."""
    return amount if part == 1 else (amount * part).quantize(Decimal("0.01"), ROUND_DOWN)


class Party:
    """The records of one party, and the day of the report."""

    def __init__(self, records, code, as_of):
        self.records, self.code, self.as_of, self.year = records, code, as_of, as_of[:4]
        stated = [s["list"] for s in records["list_statement"] if s["up_to"] >= as_of and s["party"] == code]
        self.stated = set(stated)
        served = {p["id"]: p for p in records["served_party"]}
        self.services = [(s, served.get(s.get("party")) or {}) for s in records["service_record"]]

    def in_year(self, day):
        """Of a day; False: it never was; None: nobody knows."""
        return day if day in (None, False) else day[:4] == self.year and day[:10] <= self.as_of

    def late(self, day):
        """Of the year before, after its report was first filed."""
        before = [r for r in self.records["annual_report"] if r["year"] == int(self.year) - 1]
        filed = [d for r in before for d in (r.get("filed_city"), r.get("filed_province")) if d]
        return bool(filed) and (None if day is None else day is not False and day[:4] == str(int(self.year) - 1) and day[:10] > min(filed))

    def in_year_before(self, day):
        return day if day in (None, False) else day[:4] == str(int(self.year) - 1)

    def up_to(self, day):
        return day if day in (None, False) else day <= self.as_of

    def complete(self, *lists):
        return self.stated.issuperset(lists)

    # --- folding ------------------------------------------------------------------------------

    def count(self, lists, rows):
        """rows: (truth, key[, part]). A key counts once, by its part; a row without one may be one more."""
        keys, parts, loose = {}, {}, 0
        for truth, key, *part in rows:
            if key is None:
                loose += truth is not False
            else:
                keys[key] = some(keys.get(key, False), truth)
                if truth is not False:
                    parts[key] = max(parts.get(key, 0), *(part or [1]))
        least = sum(parts[key] for key, t in keys.items() if t is True)
        most = least + sum(parts[key] for key, t in keys.items() if t is None) + loose
        return least, most if self.complete(*lists) else None

    def sum(self, lists, rows):
        """rows: (truth, key, amount[, part]). One key's differing amounts are a range; no amount may be any."""
        groups, least, most = {}, Decimal(0), Decimal(0)
        parts = {}
        for n, (truth, key, amount, *part) in enumerate(rows):
            group = ("row", n) if key is None else key
            groups.setdefault(group, []).append((truth, amount))
            if truth is not False:
                parts[group] = max(parts.get(group, 0), *(part or [1]))
        for key, found in groups.items():
            counted = [(t, a) for t, a in found if t is not False]
            if not counted:
                continue
            amounts = [a for _, a in counted]
            unknown = None in amounts
            known = [a for a in amounts if a is not None]
            if some(*[t for t, _ in counted]) is True and not isinstance(key, tuple) and not unknown:
                least += part_of(min(known), parts[key])
            if unknown:
                most = None
            elif most is not None:
                most += part_of(max(known), parts[key])
        return least, most if self.complete(*lists) else None

    def share(self, lists, rows):
        """rows: (truth, base, key). (numerator, denominator) of the least and of the most; None: no base."""
        groups = {}
        for n, (truth, base, key) in enumerate(rows):
            groups.setdefault(("row", n) if key is None else key, []).append((truth, base))
        held = held_maybe = base_sure = maybe_out = maybe_in = 0
        for key, found in groups.items():
            truth, base = some(*[t for t, _ in found]), some(*[b for _, b in found])
            if isinstance(key, tuple) and base is True:
                base = None
            if base is True:
                base_sure += 1
                held += truth is True
                held_maybe += truth is None
            elif base is None:
                maybe_out += truth is not True
                maybe_in += truth is not False
        if base_sure == 0:
            return None
        if not self.complete(*lists):
            return (0, 1), (1, 1)
        return (held, base_sure + maybe_out), (held + held_maybe + maybe_in, base_sure + maybe_in)

    # --- rows ---------------------------------------------------------------------------------

    def staff(self, truth):
        for s in self.records["staff"]:
            begun = "0001-01-01" if s.get("from") is None else "never" if s["from"] is False else s["from"]
            ended = "never" if s.get("to") in (None, False) else s["to"]
            yield every(truth(s), begun <= self.as_of <= ended), key_of(s.get("id_number"))

    def deals(self, types=None, year=True, of=None):
        for d in self.records["deal"]:
            own = d.get("currency") in (None, "CNY")
            amount = d.get("amount") if own else d.get("amount_cny") if d.get("exchange_rate_checked_on") else None
            truth = every(types is None or d["type"] in types, d["state"] in ("signed", "filed"), d.get("accepted") is not False,
                          (of or (self.in_year if year else self.up_to))(d.get("signed")))
            yield truth, key_of(d.get("contract_no")), None if amount is None else Decimal(amount), share(d)

    def projects(self, truth):
        for p in self.records["project"]:
            yield truth(p), key_of(p["project_no"]), share(p)

    def track(self, p, code):
        return every(self.up_to(p.get("started")), None if not p.get("tracks") else code in p["tracks"])

    def served(self, truth):
        """Organisations of the year's services."""
        for s, p in self.services:
            code = p.get("credit_code")
            other = None if code is None else code != self.code
            yield every(self.in_year(s["date"]), truth(p), other), code

    def supports(self, kind):
        for n, s in enumerate(self.records["support"]):
            amount = s.get("amount")
            yield every(s["kind"] == kind, self.in_year(s["date"])), str(n), None if amount is None else Decimal(amount)

    def events(self):
        for n, e in enumerate(self.records["event"]):
            invited = [one for one in self.records["sign_up"] if one.get("event") == e["id"]]
            came = sum(1 for one in (e.get("sign_ups") or []) + invited if one.get("attended") is True)
            yield self.in_year(e["starts"]), str(n), Decimal(came)

    def shown(self, leads):
        for n, e in enumerate(self.records["event"]):
            for s in e.get("shown") or []:
                yield every(e["kind"] == "roadshow", s.get("lead") if leads else True, self.in_year(e["starts"])), f"{n} {s['project']}"

    def duty(self, *codes, of=None):
        """What shows that a duty was performed."""
        kinds = {"exchange": "exchange", "roadshow": "matching", "matching": "matching"}
        r, of = self.records, of or self.in_year
        found = [("s%d" % n, s["duty"], of(s["date"])) for n, (s, _) in enumerate(self.services)]
        found += [("u%d" % n, "coordination", of(s["date"])) for n, s in enumerate(r["support"])]
        found += [("a%d" % n, "coordination", of(s["date"])) for n, s in enumerate(r["consortium_activity"])]
        found += [("c%d" % n, "pool" if c["kind"] == "pool" else "coordination", of(c.get("formed")))
                  for n, c in enumerate(r["consortium"])]
        found += [("e%d" % n, kinds.get(e["kind"]), of(e["starts"])) for n, e in enumerate(r["event"])]
        found += [("d%s" % key_of(d.get("contract_no")), "matching",
                   every(d["state"] in ("signed", "filed"), d.get("accepted") is not False, of(d.get("signed"))))
                  for d in r["deal"]]
        found += [("p" + key_of(p["project_no"]), "industrialisation",
                   every(p["kind"] == "industrialisation", of(p.get("started")))) for p in r["project"]]
        found += [("t%d" % n, "services", of(t["date"])) for n, t in enumerate(r["training"])]
        lists = ("services", "supports", "activities", "consortia", "events", "deals", "projects", "trainings")
        return self.count(lists, [(every(duty in codes, truth), key) for key, duty, truth in found])

    def planned(self, *codes):
        """What the plan of the year has of a duty; an item that names none is of none."""
        rows = [(plan["year"] == int(self.year) and item.get("duty") in codes, f"{n} {item['title']}",
                 None if item.get("count") is None else Decimal(item["count"]))
                for n, plan in enumerate(self.records["service_plan"]) for item in plan.get("items") or []]
        return self.sum(["service_plans"], rows)

    def stock(self, truth):
        return self.count(["stock_patents"], [(truth(s), key_of(s["number"])) for s in self.records["stock_patent"]])

    def fee(self, s, paid):
        fee = None if s.get("fee") is None else Decimal(s["fee"])
        return None if fee is None else fee > 0 if paid else fee == 0

    def rated(self, s, party):
        """By the served party's own account or on its signed sheet; by a link alone nobody knows."""
        own = s.get("rated_by") == "account" and party.get("credit_code") and s.get("party_code_asked") == party["credit_code"]
        return False if s.get("satisfaction") is None else True if own or s.get("satisfaction_sheet") else None

    def targets(self):
        """Of the latest application alone: it is one object."""
        latest = self.records["application"][-1:]
        rows = [(self.up_to(t.get("date")), t["indicator"]) for a in latest for t in a.get("expected") or []]
        return self.count([], rows)


DUTIES = {"sc": [["coordination"], ["exchange"], ["matching"], ["industrialisation"], ["capability"], ["information"],
                 ["solutions"], ["pool", "services"]],
          "five": [["coordination", "pool"], ["exchange"], ["matching"], ["industrialisation"],
                   ["capability", "information", "solutions", "services", "overseas"]]}


def numbers(p, pack):
    """{indicator: a function that counts it}."""
    services = [(s, str(n)) for n, (s, _) in enumerate(p.services)]
    employed = lambda s: some(s.get("social_security"), s.get("labour_contract"))
    found = {
        "staff_employed_proven": lambda: p.count(["staff"], p.staff(employed)),
        "staff_full_time": lambda: p.count(["staff"], p.staff(lambda s: s.get("full_time"))),
        "staff_qualified": lambda: p.count(["staff"], p.staff(lambda s: s.get("qualified"))),
        "year_deals": lambda: p.count(["deals"], [(r[0], r[1], r[3]) for r in p.deals()]),
        "year_deals_amount": lambda: p.sum(["deals"], p.deals()),
        "deals_signed": lambda: p.sum(["deals"], p.deals(year=False)),
        "year_deals_transfer": lambda: p.sum(["deals"], p.deals(["transfer"])),
        "year_deals_licence": lambda: p.sum(["deals"], p.deals(["licence", "open_licence"])),
        "year_deals_equity": lambda: p.sum(["deals"], p.deals(["equity"])),
        "year_deals_finance": lambda: p.sum(["deals"], p.deals(["pledge", "investment", "securitisation", "insurance"])),
        "year_deals_pledge": lambda: p.sum(["deals"], p.deals(["pledge"])),
        "year_deals_open_licence": lambda: p.sum(["deals"], p.deals(["open_licence"])),
        "year_deals_securitisation": lambda: p.sum(["deals"], p.deals(["securitisation"])),
        "year_deals_standardisation": lambda: p.sum(["deals"], p.deals(["standardisation"])),
        "year_deals_licence_alone": lambda: p.sum(["deals"], p.deals(["licence"])),
        "year_deals_other": lambda: p.sum(["deals"], p.deals(["investment", "insurance", "other"])),
        "year_projects": lambda: p.count(["projects"], p.projects(lambda x: every(x["kind"] != "other", p.in_year(x.get("started"))))),
        "year_industrialisation": lambda: p.count(["projects"], p.projects(
            lambda x: every(x["kind"] == "industrialisation", p.in_year(x.get("started"))))),
        "projects_organised": lambda: p.count(["projects"], p.projects(
            lambda x: every(x["kind"] != "other", None if x.get("role") is None else x["role"] == "organiser",
                            p.up_to(x.get("started"))))),
        "year_services": lambda: p.count(["services"], [(p.in_year(s["date"]), k) for s, k in services]),
        "year_services_free": lambda: p.count(["services"], [(every(p.in_year(s["date"]), p.fee(s, False)), k) for s, k in services]),
        "year_services_paid": lambda: p.count(["services"], [(every(p.in_year(s["date"]), p.fee(s, True)), k) for s, k in services]),
        "year_services_rated": lambda: p.count(["services"], [
            (every(p.in_year(s["date"]), p.rated(s, x)), str(n)) for n, (s, x) in enumerate(p.services)]),
        "year_fees": lambda: p.sum(["services"], [(every(p.in_year(s["date"]), p.fee(s, True)), k,
                                                   None if s.get("fee") is None else Decimal(s["fee"])) for s, k in services]),
        "year_services_free_share": lambda: p.share(["services"], [(p.fee(s, False), p.in_year(s["date"]), k) for s, k in services]),
        "year_served": lambda: p.count(["services"], p.served(lambda x: True)),
        "year_served_sme": lambda: p.count(["services"], p.served(lambda x: x.get("sme"))),
        "year_served_unrelated": lambda: p.share(["services"], [
            (no(x.get("related")),
             every(p.in_year(s["date"]), None if x.get("credit_code") is None else x["credit_code"] != p.code),
             x.get("credit_code")) for s, x in p.services]),
        "served_in_chain": lambda: p.count(["served_parties"], [
            (every(x.get("in_chain"), p.up_to(x.get("served")), None if x.get("credit_code") is None else x["credit_code"] != p.code),
             x.get("credit_code")) for x in p.records["served_party"]]),
        "year_events": lambda: p.count(["events"], [r[:2] for r in p.events()]),
        "year_attendance": lambda: p.sum(["events"], p.events()),
        "year_shown": lambda: p.count(["events"], p.shown(False)),
        "year_leads": lambda: p.count(["events"], p.shown(True)),
        "year_trainings": lambda: p.count(["trainings"], [(p.in_year(t["date"]), str(n)) for n, t in enumerate(p.records["training"])]),
        "year_trained": lambda: p.sum(["trainings"], [
            (p.in_year(t["date"]), str(n), None if t.get("attendees") is None else Decimal(t["attendees"]))
            for n, t in enumerate(p.records["training"])]),
        "late_deals": lambda: p.count(["deals"], [(r[0], r[1], r[3]) for r in p.deals(of=p.late)]),
        "late_deals_amount": lambda: p.sum(["deals"], p.deals(of=p.late)),
        "late_projects": lambda: p.count(["projects"], p.projects(
            lambda x: every(x["kind"] != "other", p.late(x.get("started"))))),
        "late_services": lambda: p.count(["services"], [(p.late(s["date"]), k) for s, k in services]),
        "late_events": lambda: p.count(["events"], [(p.late(e["starts"]), str(n)) for n, e in enumerate(p.records["event"])]),
        "late_trainings": lambda: p.count(["trainings"], [
            (p.late(t["date"]), str(n)) for n, t in enumerate(p.records["training"])]),
        "year_stock_converted": lambda: p.stock(lambda s: p.in_year(s.get("converted"))),
        "targets_due": p.targets,
    }
    for code in ("industrialisation", "cooperation", "financing", "incubation", "chain"):
        found["sme_" + code] = lambda code=code: p.count(["served_parties"], [
            (every(x.get("sme"), p.up_to(x.get("served")), None if not x.get("aspects") else code in x["aspects"]),
             x.get("credit_code")) for x in p.records["served_party"]])
    for code in ("product", "financing", "site", "promotion", "goods", "brand"):
        found["track_" + code] = lambda code=code: p.count(["projects"], p.projects(lambda x: p.track(x, code)))
    for code in ("policy", "funds", "project", "services", "space", "facilities"):
        found["support_" + code] = lambda code=code: p.count(["supports"], [r[:2] for r in p.supports(code)])
        found[f"support_{code}_amount"] = lambda code=code: p.sum(["supports"], p.supports(code))
    for code in ("creation", "use", "protection", "management"):
        found["stage_" + code] = lambda code=code: p.count(["activities"], [
            (every(a["stage"] == code, p.in_year(a["date"])), str(n)) for n, a in enumerate(p.records["consortium_activity"])])
    for code in ("surveyed", "listed", "assessed", "matched", "converted"):
        found["stock_" + code] = lambda code=code: p.stock(lambda s: p.up_to(s.get(code)))
    for n, codes in enumerate(DUTIES["sc" if pack.startswith("sc-") else "five"], 1):
        found[f"duty_{n}"] = lambda codes=codes: p.duty(*codes)
        found[f"duty_{n}_before"] = lambda codes=codes: p.duty(*codes, of=p.in_year_before)
        found[f"duty_{n}_plan"] = lambda codes=codes: p.planned(*codes)
    return found


def shown_as(unit, number):
    """As the API writes it."""
    if number is None:
        return None
    least, most = number
    if unit == "%":
        text = lambda pair: f"{pair[0]}/{pair[1]}"
        same = most is not None and least[0] * most[1] == most[0] * least[1]
    elif unit == "元":
        text = lambda n: f"{n:.2f}"
        same = least == most
    else:
        text, same = lambda n: int(n) if n == int(n) else float(n), least == most
    return text(least) if same else {"at_least": text(least), "at_most": None if most is None else text(most)}


def cells(report):
    """Its numbers; what is true or false is no number."""
    return [c for s in report["sections"] for c in s["cells"] if c.get("unit")]


def differences(report, records):
    """[(indicator, the report's, ours)] of a report; KeyError: a number that nobody can count here."""
    found = numbers(Party(records, report["party"], report["as_of"]), report["pack"])
    ours = [(c["indicator"], c["value"], shown_as(c["unit"], found[c["indicator"]]())) for c in cells(report)]
    return [one for one in ours if one[1] != one[2]]


def all_records(get, types=TYPES):
    """{type: records in the order of their ids}; get(path): the answer as JSON."""
    found = {}
    for name in types:
        found[name], page = [], 1
        while True:
            got = get(f"/records/{name}?sort=id&limit=200&page={page}")
            found[name] += [get(f"/records/{name}/{row['id']}") for row in got["items"]]
            if len(got["items"]) < 200:
                break
            page += 1
    for event in found["event"]:  # a day is one of China, whatever zone the moment was told in
        event["starts"] = datetime.datetime.fromisoformat(event["starts"]).astimezone(CHINA).isoformat()
    return found


def main(url, token, pack, form, code, year, as_of=None):
    def get(path):
        asked = urllib.request.Request(f"{url}/api/v1{path}", headers={"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(asked, timeout=600) as answer:
            return json.load(answer)
    day = f"&as_of={as_of}" if as_of else ""
    report = get(f"/reports/{pack}/{form}?party={code}&year={year}{day}")["reports"][0]
    try:
        wrong = differences(report, all_records(get))
    except KeyError as missing:
        print(f"no count is written for {missing}", file=sys.stderr)
        return 2
    for indicator, theirs, ours in wrong:
        print(f"{indicator}: the report says {theirs}, the records say {ours}")
    print(f"{len(cells(report))} numbers, {len(wrong)} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
