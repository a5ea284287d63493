#!/usr/bin/env python3
"""pools_test.py ZHIYUN: pools whose income is shared out to the fen and signed for, open licences with their notices, large enterprises
that help small ones; services by type, supply chains, checklists of protection."""
import random
import re
import sqlite3
import sys

from people import HERE, TODAY, acted, bodies, changed, client, code_of, later, made, refused, run, shown, total, uploaded, waits
import tap
import workbooks

PATENT = bodies.cn_number(93000)


def is_number(digits):
    """A Chinese application number has its check digit."""
    return "0123456789X"[sum(int(c) * w for c, w in zip(digits, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5))) % 11] == digits[12]


def drafts(person, kind, origin, one):
    return [draft["values"] for draft in person.get(f"/records/{kind}/draft?from={origin}&id={one}").json["drafts"]]


def asked(person, kind, one):
    """The asks of the record."""
    return [item for item in person.get(f"/records/{kind}/{one}/assignments").json["items"] if item.get("ask")]


def answered(person, ask, **fields):
    return person.ask("POST", f"/asks/{ask['id']}", {"fields": fields})


def pool(world, who, name, **more):
    """A pool of three with shares of 38.50, 30.25 and 31.25, of which two have accounts."""
    members = [{"name": shown(world["province_officer"], "party", world[person].unit)["name"], "credit_code": code_of(world, person), "role": role, "share": share}
               for person, role, share in (("centre_manager", "lead", "38.50"), ("company_staff", "join", "30.25"))]
    members.append({"name": "虚构研究院", "credit_code": bodies.credit_code(9301), "role": "join", "share": "31.25", "signed_file": uploaded(who, "in")})
    return made(who, "consortium", name=name, kind="pool", formed="2026-01-01", patents=[PATENT], rule="按份额分配，余数归最大余额", fee_percent="12.00",
                members=members, licensees=[{"name": "虚构被许可甲"}, {"name": "虚构被许可乙"}], **more)


def run_of(who, one, *amounts, period=("2026-01-01", "2026-06-30")):
    """A distribution of the pool, of what each licensee paid; nothing else is typed."""
    draft, = drafts(who, "pool_run", "pool", one)
    for line, amount in zip(draft["lines"], amounts):
        line.update(amount=amount, received="2026-06-30")
    return made(who, "pool_run", **draft, period=dict(zip(("from", "to"), period)))


def put(who, one):
    """The shares of a distribution, put to its members: who is asked is told by the record itself."""
    acted(who, "pool_run", one, "offer")
    return [made(who, "pool_share", **draft) for draft in drafts(who, "pool_share", "run", one)]


@tap.meets("SCYY-041.1+2", "SXYY-005.4+5")
def test_a_pool_has_members_patents_a_rule_and_licensees_and_what_it_took_in_is_shared_out_to_the_fen(world):
    who, member = world["centre_manager"], world["company_staff"]
    one = pool(world, who, "虚构分配池", cycle="half")
    row = shown(who, "consortium", one)
    assert (row["patents"], row["rule"][:4], [line["name"] for line in row["licensees"]]) == ([PATENT], "按份额分", ["虚构被许可甲", "虚构被许可乙"]), row
    assert [item["due"] for item in who.get(f"/due?type=consortium&id={one}").json["items"] if item["due_name"] == "run"] == ["2026-07-01"]
    dist = run_of(who, one, "500000.00", "355704.94")
    row = shown(who, "pool_run", dist)
    assert (row["income"], row["fee"], row["net"], row["shared"], row["difference"], row["unsigned"]) == ("855704.94", "102684.59", "753020.35", "0.00", "753020.35", 3), row
    assert [item["due"] for item in who.get(f"/due?type=consortium&id={one}").json["items"] if item["due_name"] == "run"] == ["2026-12-30"]
    # Before it is put to the members nobody is asked; then it does not change any more.
    share, = drafts(who, "pool_share", "run", dist)[:1]
    refused(who.create("pool_share", share), "run", "先提交成员签署")
    shares = put(who, dist)
    assert [shown(who, "pool_share", s)["amount"] for s in shares] == ["289912.83", "227788.66", "235318.86"]
    row = shown(who, "pool_run", dist)
    assert (row["shared"], row["difference"]) == ("753020.35", "0.00"), row
    refused(changed(who, "pool_run", dist, fee_percent="1.00"), "fee_percent")
    refused(who.act("pool_run", dist, "reopen", {}, "?reason=x"), "shares", "已经发出")
    refused(who.create("pool_share", {**share, "member": "虚构他人"}), "member", "与本期分配的份额表一致")
    # Each signs: by its account, the lead too, or on paper; none is paid before.
    refused(who.act("pool_share", shares[1], "pay", {"paid_on": TODAY, "voucher_no": "FP-1"}), "signed_file", "还没有签署")
    ask, = asked(who, "pool_share", shares[1])
    page = member.get(f"/asks/{ask['id']}").json
    assert (page["seen"]["amount"], page["seen"]["net"], page["seen"]["percent"], page["seen"]["period"]) == ("227788.66", "753020.35", "30.25", "2026-01-01 至 2026-06-30"), page
    assert answered(member, ask).status == 204
    row = shown(who, "pool_share", shares[1])
    assert (row["signed_on"], row["signed_by"]) == (TODAY, "account"), row
    mine, = asked(who, "pool_share", shares[0])
    assert answered(who, mine).status == 204
    refused(who.act("pool_run", dist, "settle"), "shares", "还没有支付")
    for s in shares[:2]:
        acted(who, "pool_share", s, "pay", paid_on=TODAY, voucher_no=f"PZ-{s}")
    refused(who.act("pool_share", shares[2], "pay", {"paid_on": TODAY, "voucher_no": "PZ"}), "signed_file")
    assert changed(who, "pool_share", shares[2], signed_file=uploaded(who, "paper")).status == 200
    acted(who, "pool_share", shares[2], "pay", paid_on=TODAY, voucher_no="PZ-3")
    acted(who, "pool_run", dist, "settle")
    row = shown(who, "pool_run", dist)
    assert (row["state"], row["unsigned"], row["unpaid"], row["difference"]) == ("settled", 0, 0, "0.00"), row
    # The member reads its own share and nothing else; the numbers stay when the pool changes.
    assert {k: shown(member, "pool_share", shares[1])[k] for k in ("amount", "paid_on")} == {"amount": "227788.66", "paid_on": TODAY}
    for kind, other in (("pool_share", shares[0]), ("pool_run", dist), ("consortium", one)):
        assert member.get(f"/records/{kind}/{other}").status == 404, kind
    assert changed(who, "consortium", one, fee_percent="50.00", members=[{**m, "share": s} for m, s in zip(shown(who, "consortium", one)["members"], ("10.00", "20.00", "70.00"))]).status == 200
    assert [shown(who, "pool_share", s)["amount"] for s in shares] == ["289912.83", "227788.66", "235318.86"]
    again = made(who, "pool_run", **{**drafts(who, "pool_run", "pool", one)[0], "lines": [{"licensee": "甲", "amount": "1.00"}], "period": {"from": "2026-06-30", "to": "2026-12-31"}})
    refused(who.act("pool_run", again, "offer"), "period", "已在")


@tap.meets("SCYY-041.2")
def test_shares_of_a_pool_that_are_not_100_per_cent_are_refused_where_they_are_typed(world):
    who = world["centre_neighbour"]
    members = [{"name": f"虚构份额{n}", "signed_file": uploaded(who, str(n)), "share": share} for n, share in enumerate(("33.33", "33.33", "33.33"))]
    body = {"name": "虚构不足池", "kind": "pool", "formed": "2026-01-01"}
    refused(who.create("consortium", {**body, "members": members}), "members", "99.99")
    made(who, "consortium", **{**body, "kind": "alliance", "name": "虚构联盟"}, members=members)
    made(who, "consortium", **{**body, "name": "虚构未定池"}, members=[{k: v for k, v in m.items() if k != "share"} for m in members])
    one = made(who, "consortium", **body, members=[*members[:2], {**members[2], "share": "33.34"}])
    draft, = drafts(who, "pool_run", "pool", one)
    body = {**draft, "lines": [{"licensee": "甲", "amount": "0.01"}], "period": {"from": "2026-01-01", "to": "2026-06-30"}}
    refused(who.create("pool_run", {**body, "shares": [{**line, "percent": "33.33"} for line in draft["shares"]]}), "shares", "99.99")
    dist = made(who, "pool_run", **body)
    # One fen is not cut: it goes to the largest remainder.
    assert [shown(who, "pool_share", s)["amount"] for s in put(who, dist)] == ["0.00", "0.00", "0.01"]
    refused(who.act("pool_run", made(who, "pool_run", **{**body, "pool": made(who, "consortium", name="虚构非池", kind="alliance")}), "offer"), "pool", "专利池可以分配")


def sql_of(kind, field):
    """The SQL of a computed field."""
    text = open(f"{HERE}/../../types/{kind}.yaml", encoding="utf-8").read()
    return re.sub(r"\s+", " ", re.search(rf"- name: {field}\n(?:    .*\n)*?    sql: \"((?:[^\"]|\n)*?)\"\n", text)[1])


def worked_out(world, tables, sql):
    """The rows of a SELECT over tables of a session's own, which stand before those of the store: nothing of it is stored."""
    statements = []
    for table, rows in tables.items():
        name, columns = table.split(" ", 1)
        kinds = ", ".join(f"{c} TEXT" if c in ("member", "state") else f"{c} BIGINT" for c in columns.strip("()").split(", "))
        statements += [f"CREATE TEMP TABLE {name} ({kinds})", *(f"INSERT INTO {name} VALUES {', '.join(rows[at:at + 5000])}" for at in range(0, len(rows), 5000)),
                       *(f"CREATE INDEX {name}_{c} ON {name} ({c})" for c in columns.strip("()").split(", ") if c in ("id", "run", "record_id", "sharing"))]
    if world.server.store:
        out = world.server.psql().ask(";\n".join([*statements, sql]))
        return [tuple(int(cell) for cell in line.split("\x1f")) for line in out]
    db = sqlite3.connect(":memory:")
    for statement in statements:
        db.execute(statement)
    return db.execute(sql).fetchall()


def test_ten_thousand_pools_and_sharings_drawn_by_chance_balance_to_nought(world):
    """By the types' own SQL, and a pool's shares as a reader of the rule would work them out."""
    draw = random.Random(41)
    runs, lines, shares, parts, sharings, persons, wanted = [], [], [], [], [], [], {}
    for n in range(10_000):
        members = draw.randint(1, 9)
        cuts = sorted(draw.sample(range(1, 10_000), members - 1))
        percents = [b - a for a, b in zip([0, *cuts], [*cuts, 10_000])]
        amounts = [draw.choice((draw.randint(0, 99), draw.randint(0, 10 ** 7), draw.randint(0, 10 ** 12))) for _ in range(draw.randint(1, 3))]
        fee = draw.choice((None, 0, draw.randint(0, 10_000)))
        runs.append(f"({n}, {'NULL' if fee is None else fee})")
        lines += [f"({n}, {amount})" for amount in amounts]
        shares += [f"({n}, {i}, 'M{i}', {percent})" for i, percent in enumerate(percents)]
        parts += [f"({10 * n + i}, {n}, 'M{i}', NULL)" for i in range(members)]
        net = sum(amounts) - sum(amounts) * (fee or 0) // 10_000
        exact = sorted(range(members), key=lambda i: (-(net * percents[i] % 10_000), i))[:net - sum(net * p // 10_000 for p in percents)]
        wanted.update({10 * n + i: net * p // 10_000 + (i in exact) for i, p in enumerate(percents)})
        income = draw.randint(0, 10 ** 11)
        sharings.append(f"({n}, {income}, {draw.randint(0, income)}, {draw.randint(0, 10_000)})")
        persons += [f"({n}, {percent}, NULL)" for percent in percents]
    tables = {"record_pool_run (id, fee_percent)": runs, "record_pool_run_lines (record_id, amount)": lines, "record_pool_run_shares (record_id, position, member, percent)": shares,
              "record_pool_share (run, id, member, ended_ms)": [f"({run}, {one}, {member}, {ended})" for one, run, member, ended in (row.strip("()").split(", ") for row in parts)],
              "record_income_sharing (id, income, cost, people_percent)": sharings, "record_income_share (sharing, percent, ended_ms)": persons}
    of = lambda kind, field: f"({sql_of(kind, field).replace('?1', 'm.id')})"
    rows = worked_out(world, tables, f"SELECT 1, m.id, {of('pool_share', 'amount')}, 0 FROM record_pool_share m UNION ALL "
                      f"SELECT 2, m.id, {of('pool_run', 'difference')}, 0 FROM record_pool_run m UNION ALL "
                      f"SELECT 3, m.id, {of('income_sharing', 'net')} - {of('income_sharing', 'shared')} - {of('income_sharing', 'kept')}, {of('income_sharing', 'kept')} FROM record_income_sharing m")
    told = {one: amount for kind, one, amount, _ in rows if kind == 1}
    assert told == wanted, [(k, told.get(k), v) for k, v in wanted.items() if told.get(k) != v][:3]
    others = [row for row in rows if row[0] > 1]
    assert len(others) == 20_000 and not [row for row in others if row[2] != 0 or row[3] < 0], others[:3]


@tap.meets("SXYY-008.1+2", "CNJD-008.1+2")
def test_the_size_of_an_enterprise_is_said_and_a_large_one_leads_to_the_small_ones_that_it_helps(world):
    who = world["centre_manager"]
    sizes = next(f for f in world.types["served_party"]["fields"] if f["name"] == "size")["values"]
    assert [v["zh"] for v in sizes] == ["大型", "中型", "小型", "微型"], sizes
    large, small, unsaid = (made(who, "served_party", name=f"虚构{n}企业", credit_code=bodies.credit_code(9310 + n), **more)
                            for n, more in enumerate(({"size": "large"}, {"size": "micro"}, {})))
    body = {"large": large, "small": small, "form": "licence", "since": "2026-03-01", "result": "三家先行使用"}
    for wrong, field, words in (({"small": unsaid}, "small", "先在服务对象中写明规模"), ({"large": unsaid}, "large", "规模不是大型"), ({"small": large}, "small", "两个单位")):
        refused(who.act("helping", made(who, "helping", **{**body, **wrong}), "begin"), field, words)
    one = made(who, "helping", **body)
    acted(who, "helping", one, "begin")
    assert {k: shown(who, "helping", one)[k] for k in body} == body
    assert total(who, "helping", f"large={large} and state=begun") == 1 and total(who, "helping", f"small={small} and state=begun") == 1
    book = workbooks.opened(who.get(f"/records/helping/export.xlsx?filter=id={one}").content)[0]
    assert {"大型企业", "中小微企业", "方式"} <= set(book[0]) and len(book) == 2, book


@tap.meets("SCYY-044.1+2", "SXYY-023.2+3", "CNJD-013.2+3", "SCSF-010.1+2")
def test_an_open_licence_is_announced_with_its_terms_noticed_and_withdrawn_and_earlier_licences_stay(world):
    who, public = world["centre_manager"], world["public"]
    number, model = bodies.cn_number(93010), "CN203020093011." + next(d for d in "0123456789X" if is_number(f"203020093011{d}"))
    body = {"title": "虚构隔膜开放许可", "patents": [number], "fee_basis": "once", "fee": "20000.00", "payment": "通知后三十日内转账",
            "term": {"from": "2026-03-01", "to": "2029-02-28"}, "contact": "028-0000 2222"}
    refused(who.create("open_licence", body), "patents", "不在本单位的专利台账中")
    made(who, "patent_holding", number=number, type="invention")
    made(who, "patent_holding", number=model, type="utility")
    for lacking in ("fee_basis", "fee", "payment", "term", "contact"):
        refused(who.create("open_licence", {**body, lacking: None}), lacking)
    refused(who.create("open_licence", {**body, "fee_basis": "royalty"}), "fee_percent")
    one = made(who, "open_licence", **body)
    said = {"statement_no": "KF2026-1", "announced_on": "2026-03-01", "statement_file": uploaded(who, "statement")}
    assert public.get(f"/records/open_licence/{one}").status == 404
    refused(who.create("licence_notice", {"statement": one, "licensee": "虚构甲", "notified_on": TODAY, "paid_on": TODAY, "amount": "20000.00"}), "paid_on", "自公告之日起")
    acted(who, "open_licence", one, "announce", **said)
    row = shown(public, "open_licence", one)
    assert {**body, "statement_no": "KF2026-1", "announced_on": "2026-03-01", "publisher": "虚构centreA"}.items() <= row.items() and "statement_file" not in row, row
    other = made(who, "open_licence", **{**body, "title": "虚构实用新型", "patents": [model]})
    refused(who.act("open_licence", other, "announce", said), "report_files", "专利权评价报告")
    acted(who, "open_licence", other, "announce", **said, report_files=[uploaded(who, "report")])
    # Who tells the holder and pays is licensed; who comes after the withdrawal is not.
    first = made(who, "licence_notice", statement=one, licensee="虚构被许可甲", notified_on="2026-04-01")
    assert (shown(who, "licence_notice", first).get("licensed_on"), shown(who, "open_licence", one)["licences"]) == (None, 0)
    refused(changed(who, "licence_notice", first, paid_on="2026-04-20"), "amount")
    assert changed(who, "licence_notice", first, paid_on="2026-04-20", amount="20000.00").status == 200
    assert (shown(who, "licence_notice", first)["licensed_on"], shown(who, "open_licence", one)["licences"]) == ("2026-04-20", 1)
    refused(who.act("open_licence", one, "withdraw"), "withdrawn_on")
    acted(who, "open_licence", one, "withdraw", withdrawn_on="2026-10-01", withdrawal="拟转让")
    assert public.get(f"/records/open_licence/{one}").status == 404
    refused(who.create("licence_notice", {"statement": one, "licensee": "虚构乙", "notified_on": "2026-10-01"}), "notified_on", "公告撤回")
    late = made(who, "licence_notice", statement=one, licensee="虚构丙", notified_on="2026-09-30")
    assert changed(who, "licence_notice", late, paid_on="2026-10-10", amount="20000.00").status == 200
    row = shown(who, "licence_notice", first)
    assert (row["licensed_on"], row["amount"], shown(who, "open_licence", one)["licences"], row.get("ended_ms")) == ("2026-04-20", "20000.00", 2, None), row
    assert changed(who, "licence_notice", first, filed_on="2026-10-05", filing_no="BA-1").status == 200


@tap.meets("SXYY-019.1+2")
def test_the_catalogue_holds_ten_services_and_each_has_the_text_of_what_it_delivers(world):
    who = world["centre_manager"]
    types = [v for v in next(f for f in world.types["catalogue_item"]["fields"] if f["name"] == "service_type")["values"]]
    assert [v["zh"] for v in types] == ["专利信息分析", "专利导航", "分析评议", "价值评估", "专利与标准协同", "产品出口前知识产权风险预警排查", "供应链合规排查", "上市培育", "质押融资", "投融资"], types
    party = made(who, "served_party", name="虚构受服务企业", credit_code=bodies.credit_code(9320))
    for kind in types:
        item = made(who, "catalogue_item", title=f"虚构{kind['zh']}", kind="product", service_type=kind["code"], audience="企业", content="虚构", charge="free", contact="028-0000", time_limit="十日")
        assert total(who, "catalogue_item", f"service_type={kind['code']}") == 1
        draft, = drafts(who, "service_record", "catalogue_item", item)
        assert (draft["title"], draft["service_type"]) == (f"虚构{kind['zh']}", kind["code"]), draft
        one = made(who, "service_record", **draft, date=TODAY, goal="risk", duty="services", mode="own", party=party, content="虚构服务内容")
        paper = who.get(f"/records/service_record/{one}/papers/{kind['code']}_report")
        assert paper.status == 200, (kind, paper)
        done = who.get(f"/records/service_record/{one}/papers/{kind['code']}_report?as=docx")
        assert done.status == 200 and done.content[:2] == b"PK", kind
    text = str(who.get(f"/records/service_record/{one}/papers/finance_report").json)
    assert "虚构受服务企业" in text and "虚构服务内容" in text, text


@tap.meets("SXYY-021", "CNJD-012.3")
def test_suppliers_answer_by_account_or_link_and_their_gaps_have_a_day(world):
    who, supplier = world["centre_manager"], world["company_staff"]
    suppliers = [{"name": shown(world["province_officer"], "party", supplier.unit)["name"], "code": code_of(world, "company_staff"), "supplies": "虚构隔膜"},
                 {"name": "虚构电芯厂", "code": bodies.credit_code(9330), "supplies": "虚构电芯"}]
    clauses = [{"supplier": "虚构电芯厂", "clause": "warranty", "found": "missing", "advice": "补签不侵权担保条款"}]
    check = made(who, "supplier_check", title="虚构供应链排查", product="虚构电池包", suppliers=suppliers, clauses=clauses)
    assert shown(who, "supplier_check", check)["clauses"] == clauses
    refused(changed(who, "supplier_check", check, clauses=[{**clauses[0], "found": None}]), "clauses[0].found")
    first, second = (made(who, "supplier_answer", **draft) for draft in drafts(who, "supplier_answer", "supplier_check", check))
    row = shown(who, "supplier_answer", first)
    assert (row["product"], row["supplies"], row["standing"]) == ("虚构电池包", "虚构隔膜", "未答复"), row
    done = who.ask("POST", f"/records/supplier_answer/{first}/asks", {"ask": "answer"})
    assert done.status == 201, done
    page = supplier.get(f"/asks/{done.json['id']}").json
    assert page["seen"] == {"product": "虚构电池包", "supplies": "虚构隔膜"}, page
    assert answered(supplier, done.json, own_rights=True).status == 400, "not without the other two"
    assert answered(supplier, done.json, own_rights=True, licensed=False, disputes=False, evidence="许可合同 XK-1 到期").status == 204
    row = shown(who, "supplier_answer", first)
    assert (row["standing"], row["answered_on"], row["answered_by"], row["evidence"]) == ("已答复", TODAY, "account", "许可合同 XK-1 到期"), row
    assert supplier.get(f"/records/supplier_answer/{first}").status == 404
    refused(changed(who, "supplier_answer", first, gap="许可已到期"), "level")
    assert changed(who, "supplier_answer", first, gap="许可已到期", level="high", remedy_due=later(-1)).status == 200
    item, = waits(who, "supplier_answer", first)
    assert item["due"] == later(-1) and item["act"] == {"field": "remedied_on"}, item
    row = shown(who, "supplier_check", check)
    assert (row["asked"], row["answered"], row["gaps"]) == (2, 1, 1), row
    assert shown(who, "supplier_answer", first)["standing"] == "待整改"
    assert changed(who, "supplier_answer", first, remedied_on=TODAY).status == 200
    assert not waits(who, "supplier_answer", first) and shown(who, "supplier_check", check)["gaps"] == 0
    assert who.ask("POST", f"/records/supplier_answer/{second}/asks", {"ask": "answer", "link": True}).status in (200, 201)
    assert shown(who, "supplier_answer", second)["standing"] == "未答复"


@tap.meets("SCYC-046")
def test_a_checklist_of_protection_lists_the_items_of_its_dictionary_each_with_its_state(world):
    who = world["centre_manager"]
    items = next(f for f in next(f for f in world.types["protection_check"]["fields"] if f["name"] == "items")["fields"] if f["name"] == "item")["values"]
    assert len(items) == 14, items
    rows = [{"item": v["code"], "standing": "done"} for v in items]
    one = made(who, "protection_check", title="虚构保护检查", items=rows[:-1])
    refused(who.act("protection_check", one, "check"), "items", "14 项")
    refused(changed(who, "protection_check", one, items=[*rows, rows[0]]), "items[14]")
    assert changed(who, "protection_check", one, items=[*rows[:-1], {**rows[-1], "standing": "missing"}]).status == 200
    refused(who.act("protection_check", one, "check"), "items", "整改期限")
    rows[-1].update(standing="missing", due=later(-1), note="十二月前培训")
    assert changed(who, "protection_check", one, items=rows).status == 200
    acted(who, "protection_check", one, "check")
    row = shown(who, "protection_check", one)
    assert (row["done"], row["open"], row["checked_on"], int(row["checked_by"])) == (13, 1, TODAY, who.account), row
    item, = waits(who, "protection_check", one)
    assert item["due"] == later(-1), item
    refused(changed(who, "protection_check", one, items=[{**rows[0], "standing": "missing"}, *rows[1:]]), "items")
    assert changed(who, "protection_check", one, items=[*rows[:-1], {**rows[-1], "done_on": TODAY}]).status == 200
    row = shown(who, "protection_check", one)
    assert (row["done"], row["open"]) == (14, 0) and not waits(who, "protection_check", one), row
    draft, = drafts(who, "protection_check", "replaces", one)
    assert [line["item"] for line in draft["items"]] == [v["code"] for v in items], draft


def test_what_is_exported_of_each_comes_back_without_a_change(world):
    who = world["centre_manager"]
    for kind in ("consortium", "pool_run", "pool_share", "open_licence", "licence_notice", "helping", "supplier_check", "supplier_answer", "protection_check", "catalogue_item", "service_record", "served_party"):
        book = who.get(f"/records/{kind}/export.xlsx").content
        done = who.ask("POST", f"/records/{kind}/import?name={kind}.xlsx&check=true", raw=book).json
        assert done.get("created", 0) == done.get("changed", 0) == 0 and not done.get("rejected") and done["unchanged"] > 0, (kind, done)


run(sys.modules[__name__], language="zh")
