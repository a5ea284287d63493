"""Facts documents by chance, dense where verdicts turn: one below, at and one above each number, days before, on and
after each day, keys missing, doubled and written in other ways, rows that contradict each other, faults (exit 3)."""
import datetime
import random

import second

ABSENT = object()
CNY_LIMIT = {"sc-yunying-2025": 100_000_000, "sx-yunying-draft": 200_000_000}
DAYS_OF_TURNING = {
    "sc-yunying-2025": ["2025-10-11", "2025-10-12", "2027-10-11", "2027-10-12"],
    "sc-yucheng-2025": ["2025-11-20", "2025-11-21", "2028-12-20"],
}
EVERY_PACK = ["2026-03-02", "2026-12-31", "2027-01-01", "2026-12-15", "2026-12-16", "2026-01-31", "2026-02-01",
              "2028-02-29", "2026-06-22", "2026-10-13", "2027-03-08", "2026-12-28"]


def plus(day, days):
    return day + datetime.timedelta(days)


class Draw(random.Random):
    """What one document is made of: how often its values are missing or wrong is drawn for each."""

    def __init__(self, seed, pack, question):
        super().__init__(f"{seed} {pack} {question}")
        self.pack, self.question = pack, question
        self.missing = self.choice([0, 0, 0, 0.01, 0.05, 0.25])
        self.wrong = self.choice([0, 0, 0.01, 0.05, 0.3])
        self.rare = self.choice([0, 0.02, 0.15])
        day = datetime.date.fromisoformat(self.choice(DAYS_OF_TURNING.get(pack, []) + EVERY_PACK))
        self.as_of = plus(day, self.choice([0, 0, -1, 1, self.randint(-400, 400)]))
        self.own = self.code()

    def chance(self, p):
        return self.random() < p

    def lose(self, value):
        return ABSENT if self.chance(self.missing) else value

    def b(self, good=True):
        return self.lose(good != self.chance(self.wrong))

    def of(self, good, others=()):
        value = self.choice(others) if others and self.chance(self.wrong) else self.choice(good)
        return self.lose(value)

    def day(self, *anchors, good=0, spread=(-1, 0, 1)):
        """About one of the anchors; `good` days from it where nothing is wrong."""
        if self.chance(self.rare / 2):
            return False
        anchor = self.choice(anchors)
        if self.chance(0.3 + self.wrong):
            anchor = plus(anchor, self.choice(spread))
        else:
            anchor = plus(anchor, good)
        return self.lose(anchor.isoformat())

    def around(self, limit):
        return max(0, limit + self.choice([-2, -1, -1, 0, 0, 0, 0, 1, 1, 3]))

    def code(self):
        body = "91510100MA" + "".join(self.choice(second.CODE) for _ in range(7))
        total = sum(second.CODE.index(sign) * pow(3, i, 31) for i, sign in enumerate(body))
        return body + second.CODE[-total % 31]

    def written(self, key):
        """The same key, another way."""
        return self.choice([
            key, key.lower(), key.replace("-", self.choice("\u2013\u2014\u2212\u2010\uFF0D")), key.replace("-", " \u2014\u2014 "), f"（{key}）", f"第【{key}】号", f" {key}", f"{key}\u3000", f"{key}\t", key[:-1] + chr(ord(key[-1]) + 0xFEE0),
            "".join(chr(ord(sign) + 0xFEE0) if sign.isascii() and sign.isalnum() else sign for sign in key)])

    def reason(self, text):
        return self.choice([text, text, f" {text}", "", " \u3000"]) if self.chance(self.rare * 3) else ABSENT

    def money(self, fen):
        whole, rest = divmod(fen, 100)
        if rest == 0 and self.chance(0.2):
            return str(whole)
        if rest % 10 == 0 and self.chance(0.2):
            return f"{whole}.{rest // 10}"
        return f"{whole}.{rest:02}"

    def parts_of(self, total, count):
        cuts = sorted(self.randint(0, total) for _ in range(count - 1))
        return [b - a for a, b in zip([0] + cuts, cuts + [total])]

    def rows(self, limit, key, make, broken=("", " ", "\u3000")):
        """About `limit` keys, in rows that make() gives; some doubled, some without key, then in any order."""
        rows = [make(number) for number in range(self.around(limit))]
        for row in list(rows):
            if self.chance(self.rare):
                twin = make(self.randint(0, 99)) if self.chance(0.5) else dict(row)
                twin[key] = self.written(row[key]) if isinstance(row.get(key), str) and row[key].strip() else ABSENT
                rows.append(twin)
            if self.chance(self.rare / 2):
                row[key] = self.choice([ABSENT, *broken])
            if self.chance(self.rare / 4):
                row[key] = ABSENT
        self.shuffle(rows)
        return self.lose([self.record(row) for row in rows])

    def record(self, fields):
        return {key: (None if value is ABSENT else value) for key, value in fields.items()
                if value is not ABSENT or self.chance(0.2)}


def applicant(d, kinds, **more):
    return d.record({
        "name": "示例主体", "credit_code": d.lose(d.own), "kind": d.of(kinds, second.KIND.split()), "leading": d.b(),
        "park_level": d.of(second.LEVEL.split()), "association_scope": d.of(["national"], second.LEVEL.split()),
        "city": d.of(["成都市"], ["德阳市"]), "provincial_unit": d.lose(d.chance(0.4)), "legal_person": d.b(),
        "ip_department": d.b(d.chance(0.5)), "autonomous": d.b(), **more,
        "exception_reason": d.reason("有充分理由")})


def judgements(d, *names):
    rows = []
    for name in names:
        for _ in range(1 + d.chance(d.rare / 4)):
            if not d.chance(d.missing):
                rows.append(d.record({"id": name, "by": "评审组", "result": d.of(["pass"], ["fail"]),
                                      "reason": "材料齐备"}))
    d.shuffle(rows)
    return d.lose(rows)


def staff(d, limit):
    fields = second.RECORDS["staff"][1]["fields"][0].split()

    def person(number):
        some = [field for field in fields if d.chance(0.4)]
        start = d.day(plus(d.as_of, -500), d.as_of) if d.chance(0.4) else ABSENT
        end = ABSENT
        if d.chance(0.4):
            end = d.day(plus(d.as_of, 300), d.as_of, good=0)
        if isinstance(start, str) and isinstance(end, str) and start > end and not d.chance(0.05):
            end = start
        return {"name": f"员工{number}", "id_number": d.lose(f"ID{number:04}"), "full_time": d.b(),
                "social_security": d.b(d.chance(0.7)), "labour_contract": d.b(d.chance(0.8)),
                "manager": d.b(d.chance(0.3)), "from": start, "to": end,
                "fields": d.lose(fields if d.chance(0.3) else some)}
    return d.rows(limit, "id_number", person)


def projects(d, limit, start):
    return d.rows(limit, "id", lambda number: {
        "id": d.lose(f"P-{number:02}"), "kind": d.of(["conversion", "industrialisation"], ["other"]),
        "role": d.of(["organiser"], ["participant"]), "started": d.day(*start)})


def deals(d, days):
    total = CNY_LIMIT[d.pack] + d.choice([-1, 0, 0, 1, d.randint(-10 ** 7, 10 ** 7)])
    count = d.randint(1, 4)
    amounts = d.parts_of(total, count)

    def deal(number):
        amount = amounts[number] if number < count else d.choice(amounts) + d.choice([0, 0, 1, -amounts[0] // 2])
        amount = max(0, amount)
        row = {"contract_no": d.lose(f"HT-{number:03}"), "type": d.of(
            "transfer licence open_licence equity pledge investment securitisation".split(), ["insurance", "other"]),
            "state": d.of(["signed", "filed"], ["intent", "void"]), "signed": d.day(*days),
            "amount": d.lose(d.money(amount)), "related_party": d.b(False), "accepted": d.lose(d.chance(0.5)),
            "parties": ["甲", "乙"] if d.chance(d.rare) else ABSENT, "patents": d.lose([])}
        if d.chance(d.rare):
            row["currency"] = d.choice(["USD", "CNY", "USD"])
            row["amount_cny"] = d.lose(d.money(amount))
        return row
    limit, d.around = d.around, lambda _: count
    rows = d.rows(count, "contract_no", deal)
    d.around = limit
    return rows


def parties(d, name, limit):
    def party(number):
        row = {"name": f"单位{number}", "credit_code": d.lose(d.written(d.own) if d.chance(d.rare / 2) else d.code())}
        if name == "served_parties":
            return row | {"in_chain": d.b(), "sme": d.b(), "served": d.day(plus(d.as_of, -200), d.as_of)}
        return row | {"kind": d.of(["key_enterprise", "university", "institute"], ["other"])}
    wrong = d.own[:-1] + ("A" if d.own[-1] != "A" else "B")
    return d.rows(limit, "credit_code", party, broken=("", wrong, "91510100"))


def yunying_apply(d, document):
    shanxi = d.pack == "sx-yunying-draft"
    built = plus(d.as_of, d.choice([-1, 0, 1, -400, -400, -700]))
    to = d.of(["city"], ["province"]) if d.chance(0.6) else d.of(["province"], ["city"])
    document["applicant"] = applicant(d, ["enterprise", "university", "institute", "association", "park"], **(
        {"construction_started": False if d.chance(d.rare / 4) else d.lose(built.isoformat())} if shanxi else {}))
    document["industry"] = d.record({"name": "钒钛", "on_list": d.b(), "off_list_reason": d.reason("首位产业")})
    document["application"] = d.record({"to": to, "office_city": d.of(["成都市"], ["德阳市"]),
                                        "filed_with_city": d.day(d.as_of)})
    document["workplace"] = d.record({"fixed": d.b(), "independent": d.b(), "office_conditions": d.b()})
    document["documents"] = d.record({"construction_plan": d.b(), "working_mechanism": d.b(), "rules": d.b()})
    document["funds"] = d.record({"assured": d.b()})
    document["staff"] = staff(d, 3 if shanxi else 5)
    document["projects"] = projects(d, 5 if shanxi else 6, [built, d.as_of, plus(d.as_of, -90)]
                                    if shanxi else [d.as_of, plus(d.as_of, -90)])
    if shanxi:
        year = d.as_of.year - 1
        document["deals"] = deals(d, [datetime.date(year, 1, 1), datetime.date(year, 12, 31), datetime.date(year, 7, 1)])
        document["consortia"] = d.lose([d.record({
            "name": f"联合体{n}", "kind": d.of(["consortium", "alliance"], ["pool"]), "formed": d.day(d.as_of)})
            for n in range(d.choice([0, 1, 1, 2]))])
        document["driven_parties"] = parties(d, "driven_parties", 10)
        names = "industry team influence sustained-service special-action sme-service subject-kind"
    else:
        document["deals"] = deals(d, [d.as_of, plus(d.as_of, -90)])
        document["served_parties"] = parties(d, "served_parties", 5)
        names = "team influence sustained-service industry"
        if d.chance(0.1):
            document["readings"] = [{"id": "A-01", "reading": "at_least", "reason": "办公会议定"}]
    document["judgements"] = judgements(d, *names.split())


def yunying_recognise(d, document):
    published = plus(d.as_of, -d.choice([0, 5, 6, 7, 7, 8, 8, 9, 12, 13, 14]))
    last, _ = second.working_days_on(published, 5)
    if d.chance(0.5):
        document["as_of"] = plus(last, d.choice([0, 1, 1, 1, 2])).isoformat()
        d.as_of = datetime.date.fromisoformat(document["as_of"])
    document["applicant"] = applicant(d, ["enterprise"])
    document["application"] = d.record({"to": d.of(["city", "province"]), "filed_with_city": d.day(d.as_of)})
    document["process"] = d.record({"recommended": d.day(d.as_of), "rechecked": d.day(d.as_of)})
    document["publicity"] = d.record({"published": False if d.chance(d.rare / 4) else d.lose(published.isoformat())})
    rows = []
    for _ in range(d.choice([0, 0, 0, 1, 2])):
        day = plus(d.choice([published, last]), d.choice([-1, 0, 0, 1]))
        rows.append(d.record({"received": d.lose(f"{day}T{d.choice(['00:00', '00:01', '12:00', '23:59'])}"),
                              "state": d.of(["closed"], ["open"]), "upheld": d.b(False)}))
    document["objections"] = d.lose(rows)
    document["judgements"] = judgements(d, "expert-review")


def reports(d, month, day):
    due = datetime.date(d.as_of.year - 1, month, day)
    rows = []
    for year in d.sample(range(d.as_of.year - 3, d.as_of.year + 2), d.randint(1, 4)) + [d.as_of.year - 1] * d.chance(0.8):
        there = datetime.date(year, month, day)
        filed = d.day(there, good=-3)
        rows.append(d.record({
            "year": d.lose(year), "report": d.b(), "plan": d.b(), "filed_city": d.day(there, good=-3),
            "reviewed_city": d.day(plus(there, -3), there, good=-5), "filed_province": filed,
            "copied_city": filed if d.chance(0.6) else d.day(there), "data_checked": d.b(), "declassified": d.b()}))
    return d.lose(rows), d.day(due, plus(due, -400), good=-1)


def findings(d, recognised):
    cycle = [d.as_of, plus(d.as_of, -100)]
    if isinstance(recognised, str):
        start = datetime.date.fromisoformat(recognised)
        cycle += [start, second.years_through(start, 3)]
    return d.lose([d.record({
        "state": d.of(["dismissed", "confirmed"], ["alleged", "confirmed"]), "date": d.day(*cycle),
        "serious": d.lose(d.chance(0.3)), "ground": d.lose(d.choice(second.GROUNDS))})
        for _ in range(d.choice([0, 0, 1, 1, 2]))])


def rectifications(d):
    rows = []
    for _ in range(d.choice([0, 1, 1, 2])):
        issued = datetime.date.fromisoformat(d.choice(["2026-11-30", "2026-08-31", "2025-11-29", "2026-01-15"]))
        due = second.months_on(issued, d.choice([3, 6]))
        rows.append(d.record({"issued": d.lose(issued.isoformat()), "due": d.day(due),
                              "recheck": d.of(["pass"], ["fail"]) if d.chance(0.8) else ABSENT}))
    return d.lose(rows)


def yunying_operate(d, document):
    document["annual_reports"], recognised = reports(d, 12, 31)
    if d.chance(0.3):
        recognised = d.day(plus(d.as_of, -1096), plus(d.as_of, -50))
    document["applicant"] = applicant(d, ["enterprise"], recognised_on=recognised)
    document["documents"] = d.record({"service_catalogue": d.b()})
    document["service_plans"] = d.lose([d.record({"year": d.lose(d.as_of.year + d.choice([0, 0, -1, 1]))})
                                        for _ in range(d.choice([0, 1, 2]))])
    document["findings"] = findings(d, recognised)
    document["rectifications"] = rectifications(d)
    if d.pack == "sx-yunying-draft":
        document["evaluations"] = d.lose([d.record({
            "year": d.lose(d.as_of.year - d.choice([0, 1, 1, 2])), "grade": d.of(["优秀", "合格", "不合格", "不合格"]),
            "scores": [{"head": "运营", "score": 88.5}] if d.chance(d.rare) else ABSENT})
            for _ in range(d.choice([0, 1, 1, 1, 2]))])


def recognitions(d):
    return d.lose([d.record({"level": d.of(["national"], ["provincial"]), "form": d.of(["recognised"], ["letter"]),
                             "date": d.day(d.as_of)}) for _ in range(d.choice([0, 1, 1, 2]))])


def award(d, document):
    document["recognitions"] = recognitions(d)
    document["award"] = d.record({"amount": d.lose(d.money(100_000_000 + d.choice([0, 0, 0, 1, -1])))})
    document["awards"] = d.lose([d.record({"policy": d.of(["sx-other"], ["sx-national"]), "date": d.day(d.as_of)})
                                 for _ in range(d.choice([0, 0, 1, 2]))])


def yucheng_apply(d, document):
    document["applicant"] = applicant(d, ["enterprise", "university", "institute"])
    document["industry"] = d.record({"on_list": d.b(), "off_list_reason": d.reason("有")})
    document["judgements"] = judgements(d, "expert-review", "industry")


def series(d, base, end):
    v = d.choice([100, 125, 5, 1, 0, d.randint(1, 500)])
    n = max(1, end - base)
    grown = v * 6 ** n // 5 ** n
    value = {("key_field_invention_filings", base): v, ("key_field_invention_filings", end): grown + d.choice([-1, 0, 1]),
             ("hv_per_10k", base): d.choice([3, 10, 12.5]), ("hv_per_10k_national", base): d.choice([4, 10, 12.5])}
    factor = d.choice([2, 2, 1.5])
    value["hv_per_10k", end] = value["hv_per_10k", base] * factor + d.choice([0, 0, 0.001, -0.001])
    value["hv_per_10k_national", end] = value["hv_per_10k_national", base] * d.choice([factor, 1.5, 1.999])
    rows = []
    for (name, year), number in value.items():
        for _ in range(1 + d.chance(d.rare / 2)):
            shown = number + d.choice([0, 0, 0, 0, 0, d.chance(d.rare)])
            rows.append(d.record({"name": name, "year": d.lose(year), "value": d.lose(f"{max(0, shown):.6g}"),
                                  "source": d.lose("统计公报")}))
    return d.lose(rows)


def patents(d, project_start):
    base, part = d.choice([(20, 13), (20, 12), (14, 9), (10, 7), (10, 6), (3, 2), (1, 1), (1, 0), (0, 0), (13, 9)])
    rows = []
    for number in range(base):
        good = number < part
        outcome = d.of(["granted"] if good else ["refused", "withdrawn"], ["pending", "granted", "refused"])
        granted = plus(d.as_of, -d.choice([0, 100, 400]))
        rows.append({
            "number": d.lose(f"CN-{number:03}"), "type": d.of(["invention"], ["utility", "design"]), "key_field": d.b(),
            "filed": d.lose("2020-01-02"), "granted": d.day(granted) if d.chance(0.8) else ABSENT,
            "lapsed": d.day(d.as_of, plus(d.as_of, 60)) if d.chance(0.15) else ABSENT, "outcome": outcome,
            "outcome_date": d.day(project_start, d.as_of, plus(d.as_of, -30)), "after_exam": d.b(),
            "high_value": d.b(), "implemented": d.b(good), "evidence": d.b()})
    for row in list(rows):
        if d.chance(d.rare / 2):
            twin = dict(row)
            change = d.choice(["outcome", "implemented", "nothing", "high_value"])
            if change == "outcome":
                twin["outcome"] = d.choice(["granted", "refused", "pending"])
            elif change != "nothing":
                twin[change] = d.chance(0.5)
            if isinstance(twin["number"], str):
                twin["number"] = d.choice([twin["number"], d.written(twin["number"])])
            rows.append(twin)
    d.shuffle(rows)
    return d.lose([d.record(row) for row in rows])


def spending(d, lines):
    rows = []
    for line, approved in lines.items():
        count = d.randint(1, 3)
        for number, fen in enumerate(d.parts_of(max(0, approved + d.choice([0, 0, -1, 1])), count)):
            rows.append({"voucher_no": d.lose(f"PZ-{line}-{d.choice([number, 0])}"),
                         "line": d.lose(line) if not d.chance(d.wrong / 3) else "别的",
                         "project_no": d.lose("YC-01") if not d.chance(d.rare / 3) else "YC-02",
                         "amount": d.lose(d.money(fen)), "date": "2026-08-01"})
    for row in list(rows):
        if d.chance(d.rare / 2):
            twin = dict(row)
            if isinstance(twin["voucher_no"], str) and d.chance(0.5):
                twin["voucher_no"] = d.written(twin["voucher_no"])
            rows.append(twin)
    d.shuffle(rows)
    return d.lose([d.record(row) for row in rows])


def yucheng_accept(d, document):
    start = datetime.date.fromisoformat(d.choice(["2026-01-01", "2024-02-29", "2025-07-01", "2026-03-31"]))
    end = second.years_through(start, 3)
    base = d.choice([2024, 2025])
    years = d.record({"base_year": d.lose(base), "end_year": d.lose(base + d.choice([1, 3, 3, 5, 40]))})
    document["applicant"] = applicant(d, ["enterprise", "university", "institute"])
    document["parameters"] = years
    document["series"] = series(d, base, years.get("end_year") or base + 3)
    document["project"] = d.record({
        "start": d.lose(start.isoformat()), "end": d.day(end), "task_book_signed": d.day(plus(start, 9), d.as_of),
        "first_payment": d.day(plus(start, 9), plus(start, 30), d.as_of), "reason": d.reason("延期"),
        "department": False if d.chance(d.rare / 3) else d.lose("知识产权部")})
    document["patents"] = patents(d, start)
    document["product_filings"] = d.rows(10, "filing_no", lambda n: {
        "filing_no": d.lose(f"BA-{n:03}"), "date": d.day(d.as_of)})
    document["staff"] = staff(d, 1)
    own = {"university": "university_ip", "institute": "institute_ip"}.get(document["applicant"].get("kind"), "enterprise_ip")
    document["certificates"] = d.lose([d.record({
        "standard": d.of([standard], ["university_ip", "iso56005"]),
        "grade": d.lose("2级") if standard == "iso56005" else ABSENT,
        "issued": d.day(d.as_of, plus(d.as_of, -300), spread=(-1, 0, 0, 1)),
        "expires": d.day(plus(d.as_of, 2), plus(d.as_of, 600), good=0, spread=(-3, -2, -1))})
        for standard in d.choice([[own, "iso56005"], [own, own, "iso56005"], ["iso56005"], []])])
    lines = {"检索分析": 30_000_000, "培训": 5_000_000}
    document["budget_lines"] = d.lose([d.record({"line": line, "approved": d.lose(d.money(fen))})
                                       for line, fen in lines.items()] + [
        d.record({"line": d.choice([*lines, " 培训", ABSENT]), "approved": d.lose(d.money(d.choice([0, 1, 100])))})
        for _ in range(d.chance(d.rare / 2))])
    document["funds"] = d.record({"separate_account": d.b()})
    document["spending"] = spending(d, lines)
    document["judgements"] = judgements(d, "acceptance", *(["building-time"] if d.chance(0.5) else []))


def yucheng_programme(d, document):
    base = 2025
    years = d.record({"base_year": d.lose(base), "end_year": d.lose(2030)})
    document["parameters"] = years
    document["series"] = series(d, base, 2030)
    document["centres"] = d.rows(30, "credit_code", lambda n: {
        "credit_code": d.lose(d.code()), "state": d.of(["active"], ["exited"])})


def shifan_apply(d, document):
    year = d.as_of.year
    document["applicant"] = applicant(
        d, ["transfer_org"], registered_province=d.of(["四川省"], ["山西省", " 四川省", "四川", ""]),
        parent_kind=d.of(["university", "institute"], second.KIND.split()), parent_in_province=d.b())
    start = datetime.date(year, *d.choice([(1, 1), (12, 31), (7, 1)]))
    end = datetime.date(year + d.choice([0, 2, 2, 3]), *d.choice([(1, 1), (12, 31)]))
    document["project"] = d.record({"start": d.day(start), "end": d.day(max(start, end), spread=(0, 1)),
                                    "reason": d.reason("延期")})
    document["judgements"] = judgements(d, "ip-advantage", "market-flow", *(["project-years"] if d.chance(0.5) else []))


def shifan_recognise(d, document):
    document["judgements"] = judgements(d, "expert-review")


def shifan_operate(d, document):
    document["annual_reports"], recognised = reports(d, 12, 15)
    document["applicant"] = applicant(d, ["transfer_org"], recognised_on=recognised)
    document["ip_body"] = d.lose(d.chance(0.4))
    document["staff"] = staff(d, 1)
    document["liaison"] = d.record({"department": False if d.chance(d.rare) else d.lose("成果转化处"), "person": d.b()})
    if d.chance(0.15):
        document["readings"] = [{"id": "A-13", "reading": "exclusive", "reason": "省中心函"}]


def jiedu_apply(d, document):
    document["applicant"] = applicant(d, ["enterprise", "institute", "park", "association"])
    document["recognitions"] = recognitions(d)
    document["judgements"] = judgements(d, *(["national-subject"] if d.chance(0.6) else []))


MAKERS = {
    "sc-yunying-2025": {"apply": yunying_apply, "recognise": yunying_recognise, "operate": yunying_operate},
    "sx-yunying-draft": {"apply": yunying_apply, "recognise": yunying_recognise, "operate": yunying_operate,
                         "award": award},
    "sc-yucheng-2025": {"apply": yucheng_apply, "accept": yucheng_accept, "programme": yucheng_programme},
    "sc-shifan-draft": {"apply": shifan_apply, "recognise": shifan_recognise, "operate": shifan_operate},
    "cnipa-jiedu": {"apply": jiedu_apply}}


# --- faults -----------------------------------------------------------------------------------------

def spoil(d, document):
    """One thing that a facts document must not hold."""
    record = d.choice([name for name, value in document.items() if isinstance(value, dict)] or ["applicant"])
    late, early = plus(d.as_of, 1).isoformat(), d.as_of.isoformat()
    faults = [
        lambda: document.update(asof="2026-01-01"),
        lambda: document.setdefault(record, {}).update(no_such_key=True),
        lambda: document.update(question="no-such-question"),
        lambda: document.update(programme="sc-yucheng-2025" if d.pack != "sc-yucheng-2025" else "cnipa-jiedu"),
        lambda: document.update(as_of=d.choice(["2026-02-29", "2026-13-01", "26-01-01", "2026-1-1", False, None, "today"])),
        lambda: document.pop("as_of"),
        lambda: document.update(deals=[{"contract_no": "A", "amount": d.choice(["-1.00", "1.005", "1,000.00", "x", ""])}]),
        lambda: document.update(award={"amount": d.choice(["-0.01", "1000000.001"])}),
        lambda: document.update(projects=[{"id": "A", "kind": d.choice(["Conversion", "sale", ""])}]),
        lambda: document.update(applicant={"kind": "company"}),
        lambda: document.update(applicant={"legal_person": d.choice(["yes", 1, "true"])}),
        lambda: document.update(service_plans=[{"year": d.choice([2026.5, "next"])}]),
        lambda: document.update(project={"start": late, "end": early}),
        lambda: document.update(staff=[{"id_number": "A", "from": late, "to": early}]),
        lambda: document.update(certificates=[{"standard": "iso56005", "issued": late, "expires": early}]),
        lambda: document.update(patents=[{"number": "A", "filed": late, "granted": early}]),
        lambda: document.update(parameters={"base_year": 2026, "end_year": d.choice([2026, 2025])}),
        lambda: document.update(readings=[{"id": "A-01", "reading": "at_least"}]),
        lambda: document.update(staff={"id_number": "A"}),
        lambda: document.update(funds=[{"assured": True}]),
        lambda: document.update(objections=[{"received": d.choice(["2026-03-02", "2026-03-02T25:00", False])}]),
        lambda: document.update(staff=[{"id_number": "A", "fields": ["law"]}]),
    ]
    d.choice(faults)()


def document_of(seed, pack):
    """The document that a seed gives for a pack; a twentieth of them have a fault."""
    questions = list(MAKERS[pack])
    question = questions[random.Random(f"{seed} {pack}").randrange(len(questions))]
    d = Draw(seed, pack, question)
    document = {"as_of": d.as_of.isoformat()}
    if d.chance(0.3):
        document["programme"] = pack
    if question != "apply" or d.chance(0.5):
        document["question"] = question
    MAKERS[pack][question](d, document)
    document = {key: (None if value is ABSENT else value) for key, value in document.items()
                if value is not ABSENT or d.chance(0.2)}
    if d.chance(0.1):  # records that the question does not ask about
        other = {}
        d.choice(list(MAKERS[pack].values()))(d, other)
        document = {key: value for key, value in other.items() if value is not ABSENT and key != "as_of"} | document
    if d.chance(0.05):
        spoil(d, document)
    return document
