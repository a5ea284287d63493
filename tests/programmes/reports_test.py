#!/usr/bin/env python3
"""reports_test.py ZHIYUN: numbers of reports, each counted again from the raw records by recompute.py; nobody types one."""
import atexit
import collections
import json
import os
import random
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, ".."), os.path.join(HERE, "..", "kernel"), HERE]
import bodies  # noqa: E402
import client  # noqa: E402
import recompute  # noqa: E402
from people import uploaded  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
SEED = int(os.environ.get("SEED", "20251231"))
YEAR = 2025  # over, whenever this runs
CODE = {name: bodies.credit_code(900000 + n) for n, name in enumerate(client.UNITS)}
PEOPLE = {name: client.PEOPLE[name] for name in ("centre_manager", "centre_neighbour", "city_officer", "city_other",
                                                 "province_officer", "expert")}
SC, SX, CN, YC = "sc-yunying-2025", "sx-yunying-draft", "cnipa-jiedu", "sc-yucheng-2025"
FORMS = [(SC, "application-form"), (SC, "annual-evaluation"), (SC, "next-plan"), (SC, "duties-view"), (SC, "aims-view"), (SC, "comprehensive"),
         (SX, "self-report"), (SX, "duties-view"), (CN, "duties-view"), (CN, "funnel"), (CN, "reach"), (CN, "results"), (CN, "recognition"), (YC, "operation-view")]
DUTIES = ["coordination", "exchange", "matching", "industrialisation", "capability", "information", "solutions",
          "pool", "services", "overseas"]
# Days on both sides of every border of the year, within it, and far from it.
DAYS = ["2024-12-31", "2025-01-01", "2025-06-30", "2025-12-31", "2026-01-01", "2019-02-28", "2025-02-28"]


class Made:
    """A party's records, from a seed; `whole`: every list is stated complete and nothing is unknown."""

    def __init__(self, world, person, seed, whole):
        self.world, self.who, self.random, self.whole = world, world[person], random.Random(seed), whole
        self.code = CODE[PEOPLE[person][0]]
        self.make()

    def put(self, of, /, **body):
        done = self.who.create(of, {k: v for k, v in body.items() if v is not None})
        assert done.status == 201, (of, body, done)
        return done.json["id"]

    def day(self, known=False):
        """Known dates may be unknown, or known not to have happened."""
        return self.random.choice(DAYS + ([] if known or self.whole else [None, False]))

    def maybe(self, *values):
        return self.random.choice(list(values) + ([] if self.whole else [None]))

    def make(self):
        r = self.random
        self.put("applicant", name=f"虚构{PEOPLE[self.who.name][0]}", credit_code=self.code, kind="enterprise")
        for n in range(8):
            self.put("staff", name=f"虚构{n}", id_number=bodies.resident_id(n * 1001 % 999) if n != 3 or self.whole else None,
                     full_time=self.maybe(True, False), social_security=self.maybe(True, False),
                     labour_contract=self.maybe(True, False), qualified=self.maybe(True, False),
                     **({"from": r.choice(["2020-01-01", "2026-01-01"] if n % 3 else ["2020-01-01"])} if n % 2 else {}),
                     **({"to": r.choice(["2024-12-31", "2025-12-31", False])} if n % 3 == 0 else {}))
        self.deals()
        self.projects()
        self.plans()
        self.served()
        for n in range(10):
            kind = r.choice(["policy", "funds", "project", "services", "space", "facilities"])
            amount = r.choice(["0.00", "0.01", "250000.00"])
            self.put("support", title=f"虚构支持{n}", kind=kind, date=r.choice(DAYS),
                     amount=amount if kind == "funds" else self.maybe(amount))
        for n, kind in enumerate(["consortium", "alliance", "pool"]):
            member = {"name": f"虚构成员{n}", "signed_file": uploaded(self.who, f"member {n}")}
            self.consortium = self.put("consortium", name=f"虚构联合体{n}", kind=kind, formed=self.day(), members=[member])
        for n in range(8):
            self.put("consortium_activity", title=f"虚构活动{n}", consortium=self.consortium, date=r.choice(DAYS),
                     stage=r.choice(["creation", "use", "protection", "management"]))
        self.events()
        for n in range(5):
            self.put("training", title=f"虚构培训{n}", date=DAYS[n], attendees=self.maybe(0, 20, 35))
        self.stock()
        self.put("application", to="city", office_city="510100", expected=[
            {"indicator": f"虚构指标{n}", "unit": "项", "target": "3.00", "date": day} for n, day in enumerate(DAYS[:5])])
        lists = ["staff", "deals", "projects", "consortia", "served_parties", "trainings", "services", "events",
                 "supports", "activities", "stock_patents", "service_plans"]
        for name in lists:
            if self.whole or r.random() < 0.6:
                up_to = f"{YEAR}-12-31" if self.whole else r.choice([f"{YEAR}-12-31", "2026-06-30", f"{YEAR}-12-30"])
                self.put("list_statement", list=name, up_to=up_to, party=self.code, stated_by="虚构")

    def deals(self):
        r = self.random
        kinds = ["transfer", "licence", "open_licence", "equity", "pledge", "investment", "securitisation", "insurance", "other", "standardisation"]
        for n in range(20):
            foreign = n % 5 == 4
            day = DAYS[n % len(DAYS)]
            if n == 7:  # one contract is not entered again with letters of another width
                again = self.who.create("deal", {"contract_no": "ＨＴ-１", "type": kinds[n % 10], "signed": day, "amount": "1.00"})
                assert again.status == 409 and again.json["errors"][0]["code"] == "taken", again
            number = f"HT-{n + 1}"
            amount, yuan = r.choice([("999999.99", "7099999.93"), ("1000000.00", "7100000.00"), ("0.01", "0.07"), ("123456.78", "876543.14")])
            stated = foreign and (self.whole or n != 14)
            one = self.put("deal", contract_no=number, type=kinds[n % 10], signed=day, currency="USD" if foreign else "CNY", amount=amount,
                           amount_cny=yuan if stated else None, exchange_rate="7.1" if stated else None,
                           exchange_rate_on="2025-01-02" if stated else None, exchange_rate_source="虚构中间价" if stated else None,
                           contract_file=uploaded(self.who, f"contract {n}"), sides=[{"name": "虚构甲"}, {"name": "虚构乙"}],
                           filed_on="2026-02-01", filing_no=f"虚构{n}")
            for action, when in (("sign", n % 6 != 5), ("file", n % 4 == 1), ("void", n % 7 == 6)):
                if when and not (action == "file" and n % 6 == 5):
                    query = "?reason=虚构" if action == "void" else ""
                    done = self.who.act("deal", one, action, query=query)
                    assert done.status == 200, (n, action, done)
            if stated and (self.whole or n != 19):  # what no office has checked is not known
                done = self.world["province_officer"].act("deal", one, "check_rate_filed" if n % 4 == 1 else "check_rate")
                assert done.status == 200, (n, done)

        # Intents have no contract's number yet; one is none of another.
        for day in DAYS[:3]:
            self.put("deal", type="transfer", signed=day, amount="5.00")

    def projects(self):
        tracks = ["product", "financing", "site", "promotion", "goods", "brand"]
        for n in range(10):
            self.put("project", project_no=f"p-{n}", title=f"虚构项目{n}", kind=["conversion", "industrialisation", "other"][n % 3],
                     role=self.maybe("organiser", "participant"), started=self.day(),
                     tracks=self.random.sample(tracks, n % 6 + 1) if self.whole or n % 4 else None)

    def plans(self):
        for year in (2024, 2025):
            self.put("service_plan", year=year, items=[
                {k: v for k, v in {"title": f"虚构事项{n}", "duty": DUTIES[n] if n < 9 else None, "count": n if self.whole or n != 3 else None}.items() if v is not None}
                for n in range(11)])

    def served(self):
        r, aspects = self.random, ["industrialisation", "cooperation", "financing", "incubation", "chain"]
        parties = [self.put("served_party", name=f"虚构对象{n}", credit_code=(
            self.code if n == 0 else None if n == 1 and not self.whole else bodies.credit_code(5000 + n)),
            sme=self.maybe(True, False), related=self.maybe(True, False), in_chain=self.maybe(True, False), served=self.day(),
            aspects=r.sample(aspects, n % 5 + 1) if self.whole or n % 3 else None)
            for n in range(7)]
        for n in range(24):
            mode = ["own", "joint", "bought"][n % 3]
            one = self.put("service_record", title=f"虚构服务{n}", date=r.choice(DAYS), goal="risk", duty=DUTIES[n % 9], mode=mode,
                           partners=["虚构"] if mode == "joint" else None, provider="虚构" if mode == "bought" else None,
                           contract_no="虚构" if mode == "bought" else None, fee=self.maybe("0.00", "0.01", "5000.00"),
                           party=self.maybe(*parties), party_code_asked=bodies.credit_code(5000 + n),
                           **({"satisfaction": 4, "satisfaction_sheet": [uploaded(self.who, f"sheet {n}")]} if n % 4 == 0 else {}))
            if n % 4 == 1 and not self.whole:  # by a link, which anybody may have
                made = self.who.ask("POST", f"/records/service_record/{one}/asks", {"ask": "rate", "link": True}).json
                done = self.world["public"].ask("POST", f"/asks/{made['id']}", {"who": "虚构 1", "fields": {"satisfaction": 5}},
                                                {"X-Ask-Link": made["link"]})
                assert done.status == 204, done

    def events(self):
        r = self.random
        # Midnight and its eve in China, told in another zone's hour.
        moments = ["2024-12-31T23:59:00+08:00", "2025-01-01T00:00:00+08:00", "2025-12-31T23:59:00+08:00",
                   "2025-12-31T15:59:00+00:00", "2025-12-31T16:00:00+00:00", "2025-05-05T10:00:00+08:00"]
        for n in range(9):
            kind = ["exchange", "roadshow", "matching", "publicity", "other", "roadshow"][n % 6]
            shown = [{"project": f"虚构项目{k}", "feedback": "虚构反馈", "lead": self.maybe(True, False)} for k in range(2)]
            shown = [{k: v for k, v in row.items() if v is not None} for row in shown]
            self.put("event", title=f"虚构活动{n}", kind=kind, starts=moments[n % 6], shown=shown if kind == "roadshow" else None,
                     sign_ups=[{"name": f"虚构{k}", "attended": r.random() < 0.5} for k in range(n)] or None)

    def stock(self):
        r = self.random
        for n in range(9):
            days = sorted(r.choice(DAYS) for _ in range(5))
            reached = n % 5 + 1
            steps = dict(zip(("surveyed", "listed", "assessed", "matched", "converted"), days[:reached]))
            if reached < 5 and self.whole:  # known not to have come further
                steps.update((k, False) for k in ("listed", "assessed", "matched", "converted")[reached - 1:])
            self.put("stock_patent", number=bodies.cn_number(100 + n), holder="虚构大学", **steps)


WORLD, PARTIES = None, {}


def world():
    global WORLD
    if WORLD is None:
        WORLD = client.World(ZHIYUN, people=PEOPLE)
        atexit.register(WORLD.close)
        for person, seed, whole in (("centre_manager", SEED, True), ("centre_neighbour", SEED + 1, False)):
            PARTIES[person] = Made(WORLD, person, seed, whole)
        for what, number in (("project", "p-1"), ("contract", "HT-3")):  # in both ledgers
            for party in PARTIES.values():
                party.put("joint_claim", what=what, number=number, shares=[
                    {"party": PARTIES["centre_manager"].code, "percent": "60.01"},
                    {"party": PARTIES["centre_neighbour"].code, "percent": "33.33"}])
    return WORLD


def parties():
    """Whose records are made with the world."""
    world()
    return PARTIES


def report(person, pack, form, query="", party=None, year=YEAR):
    done = world()[person].get(f"/reports/{pack}/{form}?party={party or PARTIES[person].code}&year={year}{query}")
    assert done.status == 200, (pack, form, done)
    return done.json["reports"]


@tap.meets("SCYY-008.2", "SCYY-010.2", "SCYY-013.2", "SCYY-018.2", "SCYY-024.2", "SCYY-A17.1", "SXYY-018.2", "CNJD-011.2")
def test_every_number_of_every_report_is_that_of_the_raw_records():
    numbers = collections.Counter()
    for person in ("centre_manager", "centre_neighbour"):
        who = world()[person]
        records = recompute.all_records(lambda path, who=who: who.get(path).json)
        for pack, form in FORMS:
            for query in ("", "&as_of=2025-06-30"):
                one, = report(person, pack, form, query)
                cells = recompute.cells(one)
                assert cells and all(cell["rows"] and cell["opens"] for cell in cells), (pack, form)
                wrong = recompute.differences(one, records)
                assert not wrong, (person, pack, form, query, wrong)
                numbers[person] += len(cells)
    ranges = {person: [c["indicator"] for pack, form in FORMS for one in report(person, pack, form)
                       for c in recompute.cells(one) if isinstance(c["value"], dict)] for person in PARTIES}
    # Of the first party all is known but what one contract comes to that was entered twice with two sums.
    assert set(ranges["centre_manager"]) <= {"deals_signed"} and len(ranges["centre_neighbour"]) > 30, ranges
    print(f"# {sum(numbers.values())} numbers, all equal; {len(ranges['centre_neighbour'])} ranges among them")


def each_duty(n):
    return "".join(f"duty_{at} duty_{at}_before duty_{at}_plan " for at in range(1, n + 1))


# What each report says, row for row: a cell that is taken away is missed here.
SAYS = {
    (SC, "annual-evaluation"): "staff_employed_proven staff_full_time staff_qualified year_deals year_deals_amount deals_signed "
    "year_deals_transfer year_deals_licence year_deals_equity year_deals_finance year_projects projects_organised track_product "
    "track_financing track_site track_promotion track_goods track_brand year_services year_served year_served_sme served_in_chain "
    "year_services_free year_services_paid year_fees year_services_rated " + each_duty(8) + "support_policy "
    "support_policy_amount support_funds support_funds_amount support_project support_project_amount support_services "
    "support_services_amount support_space support_space_amount support_facilities support_facilities_amount stage_creation stage_use "
    "stage_protection stage_management year_events year_attendance year_shown year_leads year_trainings year_trained "
    "late_deals late_deals_amount late_projects late_services late_events late_trainings",
    (SX, "self-report"): "staff_employed_proven staff_full_time staff_qualified year_deals year_deals_amount deals_signed "
    "year_deals_transfer year_deals_licence year_deals_equity year_deals_finance year_projects projects_organised track_product "
    "track_financing track_site track_promotion track_goods track_brand year_services year_served year_served_sme served_in_chain "
    "year_services_free year_services_paid year_fees " + each_duty(5) + "year_events year_attendance year_shown "
    "year_leads year_trainings year_trained sme_industrialisation sme_cooperation sme_financing sme_incubation sme_chain "
    "stock_surveyed stock_listed stock_assessed stock_matched stock_converted "
    "late_deals late_deals_amount late_projects late_services late_events late_trainings",
    (YC, "operation-view"): "year_deals_pledge year_deals_open_licence year_deals_transfer year_deals_securitisation year_deals_equity "
    "year_deals_standardisation year_deals_licence_alone year_deals_other",
    (SC, "application-form"): "projects_organised deals_signed served_in_chain",
    (SC, "next-plan"): "year_deals_amount year_projects year_served",
    (SC, "duties-view"): "duty_1 duty_2 duty_3 duty_4 duty_5 duty_6 duty_7 duty_8",
    (SC, "aims-view"): "year_industrialisation served_in_chain year_served_sme year_stock_converted",
    (SX, "duties-view"): "duty_1 duty_2 duty_3 duty_4 duty_5",
    (CN, "duties-view"): "duty_1 duty_2 duty_3 duty_4 duty_5",
    (CN, "funnel"): "stock_surveyed stock_listed stock_assessed stock_matched stock_converted",
    (CN, "reach"): "year_served year_served_unrelated year_services_free year_services_paid year_services_free_share year_served_sme",
    (CN, "profile"): "support_services year_events year_served year_services",
    (SC, "comprehensive"): "targets_due served_in_chain year_services year_services_rated year_served duty_1 duty_2 duty_3 duty_4 duty_5 duty_6 duty_7 duty_8 "
    "deals_signed year_deals_amount projects_organised year_projects year_served_sme year_events year_attendance year_trainings year_trained",
    (CN, "results"): "deals_signed projects_organised year_industrialisation stock_surveyed stock_converted year_served_sme "
    "served_in_chain duty_1",
    (CN, "recognition"): "duty_1 staff_full_time deals_signed projects_organised stock_converted served_in_chain year_served_sme",
}


@tap.meets("SCYY-008.2", "SCYY-010.2", "SCYY-013.2", "SCYY-018.2", "SCYY-024.2", "SXYY-018.2", "CNJD-011.2")
def test_a_report_has_each_of_its_numbers():
    assert set(SAYS) >= set(FORMS), set(FORMS) - set(SAYS)
    for (pack, form), indicators in SAYS.items():
        said = [cell["indicator"] for cell in recompute.cells(report("centre_manager", pack, form)[0])]
        assert said == indicators.split(), (pack, form, set(said) ^ set(indicators.split()))


def test_the_script_says_which_number_is_wrong():
    one, = report("centre_manager", SC, "annual-evaluation")
    records = recompute.all_records(lambda path: world()["centre_manager"].get(path).json)
    before = {"duty_1_before"} if any(s["date"].startswith(str(YEAR - 1)) for s in records["support"]) else set()
    records["support"] = []
    wanted = before | {c["indicator"] for c in recompute.cells(one)
                       if c["indicator"].startswith("support_") and c["value"] not in (0, "0.00")} | {"duty_1"}
    wrong = {indicator for indicator, _, _ in recompute.differences(one, records)}
    assert wrong == wanted and len(wanted) > 3, (wrong, wanted)


def test_the_script_runs_by_itself():
    who, code = world()["centre_neighbour"], PARTIES["centre_neighbour"].code
    url = f"http://127.0.0.1:{world().server.port}"
    done = subprocess.run([sys.executable, os.path.join(HERE, "recompute.py"), url, who.token, SC, "annual-evaluation", code,
                           str(YEAR)], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0 and done.stdout.endswith(" numbers, 0 differ\n"), done


@tap.meets("SCYY-056.4")
def test_every_number_opens_into_its_rows():
    who = world()["centre_manager"]
    for pack, form in FORMS:
        for cell in recompute.cells(report("centre_manager", pack, form)[0]):
            rows = who.get(cell["opens"].removeprefix("/api/v1")).json
            assert rows["indicator"] == cell["indicator"], (cell, rows)
            for which in ("in", "possible", "out"):
                assert len(rows[which]) == cell["rows"][which], (cell, which, rows)
            for row in rows["in"][:2]:
                source = row["source"]
                assert who.get(f"/records/{source['type']}/{source['id']}").status == 200, row


@tap.meets("SCYY-074.1+2", "CNJD-006")
def test_a_duty_without_evidence_is_marked_and_the_codes_of_a_service_are_those_of_each_policy():
    who = world()["centre_manager"]
    # What is not signed yet is no evidence.
    made = who.create("deal", {"contract_no": "未签", "type": "transfer", "signed": "2000-05-05", "amount": "1.00"})
    assert made.status == 201, made
    cells = recompute.cells(report("centre_manager", SC, "duties-view", year=2000)[0])
    assert len(cells) == 8 and all(c["empty"] and c["value"] == 0 for c in cells), cells
    for year, (duty, n, five) in enumerate((
            ("coordination", 1, 1), ("exchange", 2, 2), ("matching", 3, 3), ("industrialisation", 4, 4), ("capability", 5, 5),
            ("information", 6, 5), ("solutions", 7, 5), ("pool", 8, 1), ("services", 8, 5), ("overseas", None, 5)), 2001):
        made = who.create("service_record", {"title": f"虚构 {duty}", "date": f"{year}-05-05", "goal": "risk",
                                             "duty": duty, "mode": "own", "fee": "0.00"})
        assert made.status == 201, made
        for pack, at in ((SC, n), (SX, five), (CN, five)):
            cells = recompute.cells(report("centre_manager", pack, "duties-view", year=year)[0])
            marked = [k for k, c in enumerate(cells, 1) if not c["empty"]]
            assert marked == ([at] if at else []), (duty, pack, marked)
    years = who.get(f"/reports/{SC}/duties-view?party={PARTIES['centre_manager'].code}&year=2024&year=2025").json["reports"]
    assert [one["year"] for one in years] == [2024, 2025]


@tap.meets("SCYY-083.1+2", "CNJD-017")
def test_heads_of_an_evaluation_are_filled_with_numbers_that_open():
    one, = report("city_officer", SC, "comprehensive", party=parties()["centre_manager"].code)
    heads = [(s["label"], len(s["cells"])) for s in one["sections"]]
    assert heads == [("建设方案完成情况", 1), ("开展服务的数量和质量", 12), ("经济效益", 4), ("社会效益", 5)], heads
    own, = report("centre_manager", SC, "comprehensive")
    assert [c["value"] for c in recompute.cells(one)] == [c["value"] for c in recompute.cells(own)]
    parts = [(s["label"], len(s["cells"]) > 0) for s in report("centre_manager", CN, "results")[0]["sections"]]
    assert parts == [("知识产权转化和产业化", True), ("高校和科研机构存量专利盘活", True), ("服务中小企业", True),
                     ("推进产业知识产权强链增效", True)], parts


@tap.meets("SCYY-093")
def test_a_city_sees_the_four_aims_of_its_centres_and_of_no_others():
    codes = [made.code for made in parties().values()]
    named = "&".join(f"party={code}" for code in codes)
    got = world()["city_officer"].get(f"/reports/{SC}/aims-view?{named}&year={YEAR}").json["reports"]
    assert [one["party"] for one in got] == codes
    assert all([c["title"] for c in recompute.cells(one)] == [
        "推动专利产业化", "支撑产业知识产权强链增效", "服务中小企业成长", "促进高校院所专利持续转化"] for one in got), got
    assert world()["city_other"].get(f"/reports/{SC}/aims-view?{named}&year={YEAR}").status == 404


@tap.meets("CNJD-009")
def test_the_funnel_of_stock_patents_narrows_step_by_step():
    one, = report("centre_manager", CN, "funnel")
    steps = [(c["title"], c["value"]) for c in recompute.cells(one)]
    assert [title for title, _ in steps] == ["盘点", "入库", "评价", "匹配", "转化"], steps
    counts = [n for _, n in steps]
    assert counts == sorted(counts, reverse=True) and counts[0] > counts[-1], counts


@tap.meets("CNJD-021.1+2")
def test_reach_is_the_share_of_unrelated_organisations_and_of_free_services():
    """Three organisations beside the applicant itself, one of them related: two of three; of five services two are free."""
    who, code = world()["centre_manager"], PARTIES["centre_manager"].code
    served = {}
    for name, one, related in (("a", bodies.credit_code(6001), False), ("b", bodies.credit_code(6002), False),
                               ("c", bodies.credit_code(6003), True)):
        served[name] = who.create("served_party", {"name": name, "credit_code": one, "related": related, "in_chain": False,
                                                   "served": False}).json["id"]
    own = [p for p in who.get("/records/served_party?limit=200").json["items"] if p["credit_code"] == code]
    served["own"] = own[0]["id"]
    for n, (name, fee) in enumerate((("a", "0.00"), ("a", "10.00"), ("b", "20.00"), ("c", "0.00"), ("own", "0.01"))):
        done = who.create("service_record", {"title": f"虚构{n}", "date": "2011-05-05", "goal": "risk", "duty": "services",
                                             "mode": "own", "fee": fee, "party": served[name]})
        assert done.status == 201, done
    numbers = {c["indicator"]: c["value"] for c in recompute.cells(report("centre_manager", CN, "reach", year=2011)[0])}
    assert numbers == {"year_served": 3, "year_served_unrelated": "2/3", "year_services_free": 2, "year_services_paid": 3,
                       "year_services_free_share": "2/5", "year_served_sme": {"at_least": 0, "at_most": 3}}, numbers


@tap.meets("SCYY-A17.2")
def test_no_call_writes_a_number_of_a_report():
    who, code = world()["centre_manager"], PARTIES["centre_manager"].code
    tried = 0
    for pack, form in FORMS:
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            done = who.ask(method, f"/reports/{pack}/{form}?party={code}&year={YEAR}", {"value": 7})
            assert done.status == 405, (method, form, done)
        for cell in recompute.cells(report("centre_manager", pack, form)[0]):
            for method in ("POST", "PUT", "PATCH", "DELETE"):
                assert who.ask(method, f"/indicators/{pack}/{cell['indicator']}?subject={code}", {"value": 7}).status == 405
            for name in (cell["indicator"], cell["title"]):
                done = who.create("annual_report", {"year": 2012, name: 7})
                assert done.status == 400 and done.json["errors"][0]["code"] == "unknown", (name, done)
                tried += 1
    paths = world()["public"].get("/openapi.json").json["paths"]
    for path, methods in paths.items():
        if path.startswith(("/api/v1/reports", "/api/v1/indicators")):
            assert set(methods) - {"parameters"} == {"get"}, path
    # What is computed of a record is no field that can be sent.
    for kind, fields in client.bodies.load().items():
        for field in fields["fields"]:
            if field["type"] == "computed" and fields.get("written_by") != "actions":
                done = who.create(kind, {field["name"]: 7})
                assert done.status in (400, 403) and (done.status == 403 or any(
                    e["field"] == client.pointer(field["name"]) for e in done.json["errors"])), (kind, field["name"], done)
                tried += 1
    print(f"# {tried} names tried")


def test_a_report_that_is_asked_wrongly_is_refused():
    who, code = world()["centre_manager"], PARTIES["centre_manager"].code
    for query, status, words in (
            (f"{SC}/annual-evaluation?party={code}", 400, "year"),
            (f"{SC}/annual-evaluation?party={code}&year=2099", 400, "has not begun"),
            (f"{SC}/annual-evaluation?party={code}&year=1999", 400, "year"),
            (f"{SC}/annual-evaluation?party={code}&year=2025&as_of=2026-01-01", 400, "no date of the year 2025"),
            (f"{SC}/dances?party={code}&year=2025", 404, "no form and no evaluation"),
            (f"common/annual-evaluation?party={code}&year=2025", 404, "no policy"),
            (f"{SC}/annual-evaluation?party={CODE['centreC']}&year=2025", 404, "that you can see"),
            (f"{SC}/duties-view?party={code}" + "&year=2025" * 61, 400, "at most 60")):
        done = who.ask("GET", f"/reports/{query}", headers={"Accept-Language": "en"})
        assert done.status == status and words in done.content.decode(), (query, done)
    nobody = who.get(f"/reports/{SC}/annual-evaluation?year=2025")  # its register has no centre
    assert nobody.status == 200 and nobody.json == {"reports": [], "together": []}, nobody
    # Who reads no register is told that, and not of a field.
    stranger = world().add_person("stranger", "centreA", "expert")
    refused = stranger.ask("GET", f"/reports/{SC}/annual-evaluation?year=2025", headers={"Accept-Language": "en"})
    assert refused.status == 403 and "credit_code" not in refused.content.decode(), refused
    draft, = report("centre_manager", SX, "self-report")
    assert draft["status"] == "draft" and draft["note"] == "文件未规定版式", draft["status"]


tap.run(sys.modules[__name__])
