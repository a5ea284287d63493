#!/usr/bin/env python3
"""rows_test.py ZHIYUN: rows of the requirements that records and packs alone meet: the figure, or the refusal."""
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile

from people import acted, amended, by_two, changed, made, refused, run, shown, total, uploaded
import bodies
import client
import tap

ZHIYUN = os.path.abspath(sys.argv[1])
SOURCE = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
CODE = {name: bodies.credit_code(900000 + n) for n, name in enumerate(client.UNITS)}
SC, SX, CN = "sc-yunying-2025", "sx-yunying-draft", "cnipa-jiedu"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SERVICE = {"title": "虚构服务", "date": "2025-05-05", "goal": "risk", "duty": "services", "mode": "own"}


def zhiyun(*arguments):
    return subprocess.run([ZHIYUN, "--lang", "en", "--json", "--data", os.path.join(tempfile.gettempdir(), "none"), *arguments],
                          capture_output=True, text=True, timeout=600)


def pack(name):
    return json.loads(zhiyun("pack", "show", name).stdout)["packs"][0]


def words(name, dictionary):
    entries, = [d["entries"] for d in pack(name)["dictionaries"] if d["id"] == dictionary]
    return [e["word"] for e in entries if not e.get("own")], [e["word"] for e in entries if e.get("own")]


def judged(name, facts, question="apply"):
    """{criterion: its verdict} on a facts document."""
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump({"as_of": "2026-05-20", "programme": name, "question": question, **facts}, file, ensure_ascii=False)
        file.flush()
        done = zhiyun("check", "--pack", name, "--facts", file.name)
    assert done.returncode in (0, 1), done
    return {c["id"]: c["pass"] for c in json.loads(done.stdout)["criteria"]}


def codes(world, kind, field):
    found, = [f for f in world.types[kind]["fields"] if f["name"] == field]
    return [v["code"] for v in found["values"]]


# --- the document ------------------------------------------------------------------------------


@tap.meets("SCYY-001.1+2")
def test_both_spellings_of_its_number_find_the_document_and_each_rule_cites_it(world):
    for number in ("川市监办[2025]16号", "川市监办〔2025〕16号", " 川市监办〔2025〕16号"):
        found = pack(number)
        assert (found["id"], found["issuer"], found["issued"]) == (SC, "四川省市场监督管理局办公室", "2025-09-12"), found["id"]
        assert world["province_officer"].get(f"/packs/{number.strip()}/clauses").json["pack"] == SC
    assert zhiyun("pack", "show", "川市监办〔2025〕17号").returncode == 3
    assert any("各市(州)市场监督管理局(知识产权局)、各相关单位" in c["quote"] for c in pack(SC)["clauses"])
    assert all(c["clause"] and c["quote"] for c in pack(SC)["criteria"]), "a rule without its citation"


@tap.meets("SCYY-002.1+2", "CNJD-001")
def test_a_pack_lists_its_basis_and_links_to_the_interpretation(world):
    sichuan = pack(SC)
    assert any("四川省知识产权强省建设纲要" in b for b in sichuan["basis"]), sichuan["basis"]
    assert any("产业知识产权运营中心建设管理工作指引" in b for b in sichuan["basis"]) and sichuan["explained_by"] == [CN]
    assert any("关于推进重点产业知识产权强链增效的若干措施" in b for b in pack(CN)["basis"])
    assert any("2017年" in c["quote"] for c in pack(CN)["clauses"] if "CNJD-001" in c["rows"])


@tap.meets("SCYY-003.1+2+3", "SXYY-003", "SCYY-A02.1+2")
def test_kinds_of_undertaking_units_are_four_and_another(world):
    centre = world["centre_manager"]
    assert words(SC, "subject-kind") == (["省重点和优势产业企业", "产业园区", "行业组织", "高校院所"], ["其他"])
    assert words(SX, "subject-kind") == (["省重点和优势产业龙头企业", "产业园区", "行业组织", "高校院所"], ["其他"])
    refused(centre.create("applicant", {"name": "虚构centreA", "credit_code": CODE["centreA"]}), "kind")
    for goal in (None, "profit"):
        refused(centre.create("service_record", {**SERVICE, "goal": goal}), "goal")
    assert len(words(SC, "goals")[0]) == len(codes(world, "service_record", "goal")) == 4
    assert len(words(SC, "resources")[0]) == len(codes(world, "supply", "element")) == 4
    refused(centre.create("supply", {"title": "虚构", "kind": "patent", "text": "虚构"}), "element")


@tap.meets("SCYY-098")
def test_only_the_office_that_the_document_names_interprets_it(world):
    folder = tempfile.mkdtemp(prefix="zhiyun-rows-")
    for name in ("common", SC, CN):
        shutil.copytree(os.path.join(SOURCE, "packs", name), os.path.join(folder, name))
    authorities = {a["id"]: a.get("functions", []) for a in pack(SC)["authorities"]}
    says = [a for a, functions in authorities.items() if "interpret" in functions]
    others = [a for a, functions in authorities.items() if "interpret" not in functions]
    assert len(says) == 1 and others, authorities
    for by, date, code in ((others[0], "2026-01-05", 1), (says[0], "2026-01-05", 0), (says[0], "", 1)):
        with open(os.path.join(folder, SC, "interpretations.yaml"), "w", encoding="utf-8") as file:
            file.write("interpretations:\n  - {id: note-1, by: %s, %sclause: 五5, text: 虚构, source: 虚构}\n"
                       % (by, f"date: {date}, " if date else ""))
        done = zhiyun("pack", "lint", "--folder", folder, SC)
        assert done.returncode == code, (by, date, done)
    shutil.rmtree(folder)


def test_each_province_stands_beside_the_national_text_in_both_texts_words(world):
    for name, least in ((SC, 13), (SX, 9)):
        said = world["province_officer"].get(f"/packs/{name}/comparisons").json["comparisons"]
        assert len(said) >= least and {c["says"] for c in said} >= {"same", "narrower", "wider"}, said
        other = {(c["id"], c["quote"]) for c in pack(CN)["clauses"]}
        for one in said:
            assert any(clause == one["with_clause"] for clause, _ in other) and one["with_quote"], one
            assert bool(one.get("quote")) != (one["says"] == "absent"), one
    absent = [c["id"] for c in pack(SC)["comparisons"] if c["says"] == "absent"]
    assert absent == ["export"], absent  # A-28: offered, and not scored in Sichuan


@tap.meets("CNJD-007")
def test_the_function_of_a_centre_is_the_national_ones_word_for_word(world):
    one, = [c for c in pack(SC)["comparisons"] if c["id"] == "function"]
    assert one["says"] == "same" and one["quote"].startswith(one["with_quote"]) and len(one["with_quote"]) > 20, one


@tap.meets("CNJD-004.1+2")
def test_levels_are_three_and_stages_four(world):
    assert words(CN, "stage") == (["建设", "认定", "管理", "评价"], [])
    levels = {a["level"] for name in (SC, SX, CN) for a in pack(name)["authorities"] if a.get("level")}
    assert levels == {"national", "province", "city"}, levels


@tap.meets("SXYY-047.1+2")
def test_only_the_province_recognises_and_evaluates_and_cities_guide(world):
    found = pack(SX)
    functions = {a["id"]: set(a.get("functions", [])) for a in found["authorities"]}
    assert {"recognise", "evaluate"} <= functions["province"] and not {"recognise", "evaluate"} & functions["city"], functions
    assert {"guide", "manage"} <= functions["city"]
    steps = [s for p in found["processes"] for s in p["transitions"] if s["id"] == "recognise"]
    assert steps and all(s["actor"] == "province" and s["two_persons"] for s in steps), steps
    body = {"level": "provincial", "form": "recognised", "date": "2026-05-05"}
    for name in ("city_officer", "city_leader", "centre_manager"):
        assert world[name].create("recognition", body).status in (403, 405), name


@tap.meets("SXYY-072.1+2")
def test_the_shanxi_measures_have_no_last_day_and_begin_on_the_day_they_are_issued(world):
    assert not pack(SX).get("expires") and pack(SX)["standing"] == "draft"
    # What an office does when they are issued: the text, its number and day, and the first day.
    folder = tempfile.mkdtemp(prefix="zhiyun-rows-")
    for name in ("common", SX, CN):
        shutil.copytree(os.path.join(SOURCE, "packs", name), os.path.join(folder, name))
    def rewritten(name, *changes):
        path = os.path.join(folder, SX, name)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for old, new in changes:
            assert old in text, (name, old)
            text = text.replace(old, new)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return text
    for name in ("source.txt", "clauses.yaml", "ambiguities.yaml"):
        rewritten(name, ("（征求意见稿）", "晋知发〔2026〕1号2026年6月1日"))
    rewritten("labels.en.yaml", ("（暂行）（征求意见稿）", "（暂行）"))
    rewritten(os.path.join("cases", "apply-at-the-line.yaml"), ("  status: draft\n", ""))
    text = rewritten("pack.yaml", ("（暂行）（征求意见稿）", "（暂行）"),
                     ("  status: draft\n", "  status: in_force\n  number: 晋知发〔2026〕1号\n  issued: 2026-06-01\n  effective: DAY\n"))
    for effective, code, says in (("2026-06-01", 0, ""), ("2026-05-31", 1, "effective on 2026-06-01"),
                                  ("2026-06-02", 1, "effective on 2026-06-01"), ("", 1, "its first day")):
        with open(os.path.join(folder, SX, "pack.yaml"), "w", encoding="utf-8") as file:
            file.write(text.replace("  effective: DAY\n", f"  effective: {effective}\n" if effective else ""))
        done = zhiyun("pack", "lint", "--folder", folder, SX)
        assert done.returncode == code and says in done.stdout, (effective, done)
    assert any("自印发之日起施行" in c["quote"] for c in pack(SX)["clauses"] if "SXYY-072" in c["rows"])
    shutil.rmtree(folder)


CITY = """id: cd-yunying
version: "1"
extends: common
document: {title: 虚构市级办法, number: 虚构〔2026〕1号, issuer: 虚构市局, jurisdiction: "510100", status: in_force, issued: 2026-01-01, effective: 2026-01-01}
naming: {template: "成都市{industry}知识产权运营中心", clause: 一, quote: 以成都市命名}
authorities:
  - {id: city, label: 市局, name: 虚构市局, level: city, roles: [city_officer, city_leader], functions: [accept, recognise], clause: 二, quote: 由市局认定}
processes:
  - id: application
    label: 认定
    subject: application
    start: draft
    clause: 二
    quote: 由市局认定
    states: [{id: draft, label: 草稿}, {id: submitted, label: 已申报, holder: city}, {id: recognised, label: 已认定, end: true}]
    transitions:
      - {id: submit, label: 申报, from: [draft], to: submitted, actor: applicant, effects: [receipt application, notify city], clause: 二, quote: 由市局认定}
      - id: recognise
        label: 认定
        from: [submitted]
        to: recognised
        actor: city
        two_persons: true
        effects: [name centre, record centre name=name entered=today, record recognition level=city form=recognised date=today name=name, notify applicant]
        clause: 二
        quote: 由市局认定
clauses:
  - {id: 一, quote: 以成都市命名, force: M, how: enforced, by: [naming]}
  - {id: 二, quote: 由市局认定, force: M, how: enforced, by: [application]}
"""


@tap.meets("SCYY-094", "SXYY-064")
def test_a_city_runs_its_own_programme_under_its_own_name(world):
    folder = os.path.join(world.data, "packs", "cd-yunying")
    os.makedirs(folder)
    for name, text in (("pack.yaml", CITY), ("source.txt", "以成都市命名\n由市局认定\n")):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
    city, = [p for p in world["city_officer"].get("/packs").json["packs"] if p["id"] == "cd-yunying"]
    assert (city["jurisdiction"], city["issuer"]) == ("510100", "虚构市局"), city
    said = json.loads(subprocess.run([ZHIYUN, "--json", "--data", world.data, "name", "--pack", "cd-yunying", "--industry", "钒钛"],
                                     capture_output=True, text=True, timeout=600).stdout)
    assert said["name"] == "成都市钒钛知识产权运营中心" and "四川省" not in said["name"], said
    # From the application to the register: the city takes it, and two of the city recognise.
    who, city = world["centre_neighbour"], world["city_officer"]
    made(who, "applicant", name="虚构centreB", credit_code=CODE["centreB"], kind="enterprise", city="510100")
    made(who, "industry", name="竹浆", leading_enterprises=["虚构龙头"])
    begun = who.ask("POST", "/cases", {"pack": "cd-yunying", "process": "application", "fields": {"to": "city", "office_city": "510100"}})
    assert begun.status == 201, begun
    case = begun.json["id"]
    step = lambda person, action, body=None: person.ask("POST", f"/cases/{case}/actions/{action}", body or {})
    assert step(who, "submit").json["stage"] == "submitted"
    assert step(world["province_officer"], "recognise", {"reason": "省局"}).status in (403, 404), "it is the city's to decide"
    assert step(world["city_other"], "recognise", {"reason": "别的市"}).status in (403, 404)
    assert step(city, "recognise", {"reason": "符合"}).status == 202, step(city, "recognise", {"reason": "符合"})
    page = client.Browser(world, "city_leader")
    assert page.link().status == 200
    done = page.ask("POST", f"/cases/{case}/actions/recognise", {})
    assert done.status == 200 and done.json["result"]["name"] == "成都市竹浆知识产权运营中心", done
    centre, = world["public"].get("/public/centres?programme=cd-yunying").json["items"]
    assert (centre["name"], centre["level"], centre["document"]) == ("成都市竹浆知识产权运营中心", "city", "虚构市级办法"), centre
    # Nowhere does it stand as a provincial one: the record says its level, and no policy of the province counts it.
    row, = who.get('/records/recognition?filter=programme="cd-yunying"').json["items"]
    assert (row["level"], row["name"]) == ("city", "成都市竹浆知识产权运营中心"), row
    assert world["province_officer"].get('/records/recognition?filter=programme="cd-yunying" and level=provincial').json["total"] == 0
    assert world["public"].get(f"/public/centres?programme={SC}&q=竹浆").json["total"] == 0
    shutil.rmtree(folder)


# --- who sees and writes what --------------------------------------------------------------------


@tap.meets("SCYY-004.1+2+3")
def test_one_province_and_one_city_see_a_centres_records_and_neither_edits_them(world):
    centre = world["centre_manager"]
    one = made(centre, "project", project_no="P-4", title="虚构", kind="conversion", started="2025-01-01")
    row = shown(centre, "project", one)
    assert (row["owner_province"], row["owner_city"]) == ("51", "5101"), row
    for name in ("province_officer", "city_officer"):
        assert shown(world[name], "project", one)["title"] == "虚构"
        assert world[name].change("project", one, 1, {"title": "改"}).status == 403, name
    for name in ("city_other", "province_other"):
        assert world[name].get(f"/records/project/{one}").status == 404, name
    assert codes(world, "consortium", "kind") == ["consortium", "alliance", "pool"]
    members, = [f for f in world.types["consortium"]["fields"] if f["name"] == "members"]
    sectors, = [f for f in members["fields"] if f["name"] == "sector"]
    assert [v["zh"] for v in sectors["values"]] == list("政产学研金服用")


# --- duties -----------------------------------------------------------------------------------------


@tap.meets("SCYY-005.1+2")
def test_an_activity_says_how_it_was_done_with_partners_or_a_provider_and_a_contract(world):
    centre = world["centre_manager"]
    refused(centre.create("service_record", {**SERVICE, "mode": None}), "mode")
    refused(centre.create("service_record", {**SERVICE, "mode": "joint"}), "partners")
    for lacking in ("provider", "contract_no"):
        both = {"provider": "虚构公司", "contract_no": "虚构1号"}
        refused(centre.create("service_record", {**SERVICE, "mode": "bought", **both, lacking: None}), lacking)
    for body in ({"mode": "joint", "partners": ["虚构大学"]}, {"mode": "bought", "provider": "虚构公司", "contract_no": "虚构1号"}):
        assert centre.create("service_record", {**SERVICE, **body}).status == 201, body


@tap.meets("SCYY-006.1+2+3", "SXYY-004", "SXYY-005.1+2+3")
def test_a_consortium_keeps_its_members_roles_and_who_left(world):
    centre = world["centre_manager"]
    members = [{"name": f"虚构成员{n}", "sector": sector, "joined": "2025-01-01"} for n, sector in enumerate(("industry", "learning", "finance"))]
    one = made(centre, "consortium", name="虚构创新联合体", kind="consortium", formed="2025-01-01", members=members,
               charter_file=uploaded(centre, "charter"))
    members[1]["left"] = "2025-09-30"
    assert changed(centre, "consortium", one, members=members).status == 200
    now = shown(centre, "consortium", one)["members"]
    assert len(now) == 3 and now[1]["left"] == "2025-09-30" and now[1]["sector"] == "learning", now
    history = centre.get(f"/records/consortium/{one}/history").json["items"]
    assert [v["version"] for v in history] == [2, 1] and b"members" in json.dumps(history).encode(), history
    # Who left stays: none is taken out of the list, by whatever way.
    for fewer in ([members[0], members[2]], [], None, [members[0], {**members[1], "name": "虚构改名"}, members[2]]):
        refused(changed(centre, "consortium", one, members=fewer), "members", "不能删去")
    assert changed(centre, "consortium", one, members=[members[2], *members[:2]]).status == 200
    assert changed(centre, "consortium", one, members=members).status == 200
    # It prints: members with their roles, and who came and left when.
    made(centre, "applicant", name="虚构centreA", credit_code=CODE["centreA"], kind="institute")
    paper = centre.get(f"/packs/{SC}/forms/consortium-register/paper?party={CODE['centreA']}")
    assert paper.status == 200 and paper.json["missing"] == [], paper
    rows = [[c["text"] for c in row["cells"]] for b in paper.json["content"]["blocks"] for row in b["rows"] if row["kind"] == "data" and len(row["cells"]) == 6]
    for n, role in enumerate("产学金"):
        assert rows[n] == ["虚构创新联合体", f"虚构成员{n}", role, "", "2025年1月1日", "2025年9月30日" if n == 1 else ""], rows
    for kind in ("alliance", "pool"):  # of Shanxi: a kind of its own
        made(centre, "consortium", name=f"虚构{kind}", kind=kind)
    refused(centre.create("consortium", {"name": "虚构", "kind": "club"}), "kind")
    assert {row["kind"] for row in centre.get("/records/consortium?filter=kind=alliance").json["items"]} == {"alliance"}


def consortium_counts(lead, one):
    now = shown(lead, "consortium", one)
    return now.get("counted"), now.get("awaited"), now.get("without_account")


def test_a_member_of_a_consortium_agrees_by_an_account_of_its_own(world):
    lead, member, name = world["centre_manager"], world["centre_neighbour"], "虚构共建联合体"
    said = {"lead": CODE["centreA"], "consortium": name}
    rows = [{"name": "虚构centreB", "credit_code": CODE["centreB"]}, {"name": "虚构无登记单位"}]
    one = made(lead, "consortium", name=name, kind="alliance", formed="2025-01-01", members=rows)
    # Whoever leads it says nothing for another; who has no account shows it by a file that he signed. All who lack are named.
    assert consortium_counts(lead, one) == (None, "虚构centreB、虚构无登记单位", None)
    rows[1]["signed_file"] = uploaded(lead, "signed by the member")
    assert changed(lead, "consortium", one, members=rows).status == 200
    assert consortium_counts(lead, one) == (None, "虚构centreB", "虚构无登记单位")
    refused(lead.create("consortium_consent", said), "lead")
    consent = made(member, "consortium_consent", **said)
    assert shown(member, "consortium_consent", consent)["found"] is True
    assert consortium_counts(lead, one) == ("2025-01-01", None, "虚构无登记单位")
    # A consent is taken back. A signed file is no consent of who has an account; nor is a day to come on which he leaves.
    done = member.act("consortium_consent", consent, "end", query="?reason=不再参加")
    assert done.status == 200, done
    rows[0]["signed_file"] = uploaded(lead, "signed by whom")
    assert changed(lead, "consortium", one, members=rows).status == 200
    assert consortium_counts(lead, one) == (None, "虚构centreB", "虚构无登记单位")
    refused(changed(lead, "consortium", one, members=[{**rows[0], "left": "2099-12-31"}, rows[1]]), "members[0].left")
    # Who left was a member by his own word alone, until the day that he says, and who never was one is none for having left.
    assert changed(lead, "consortium", one, members=[{**rows[0], "left": "2025-06-30"}, rows[1]]).status == 200
    assert consortium_counts(lead, one) == (None, "虚构centreB", "虚构无登记单位")
    refused(member.create("consortium_consent", {**said, "joined": "2025-01-01", "left": "2024-12-31"}), "left")
    again = made(member, "consortium_consent", **said, joined="2025-01-01", left="2025-06-29")
    assert consortium_counts(lead, one) == (None, "虚构centreB", "虚构无登记单位")
    assert changed(member, "consortium_consent", again, left="2025-06-30").status == 200
    assert consortium_counts(lead, one) == ("2025-01-01", None, "虚构无登记单位")


def test_a_consortium_is_of_several(world):
    lead, file = world["centre_manager"], uploaded(world["centre_manager"], "signed by who left")
    gone = {"name": "虚构退出单位", "joined": "2025-01-01", "left": "2025-01-02"}
    own = {"name": "虚构centreA", "credit_code": CODE["centreA"]}
    for n, (rows, counts) in enumerate((([], (None, None, None)), ([own], (None, None, None)),
                                        ([own, gone], (None, "虚构退出单位", None)),
                                        ([{**gone, "signed_file": file}], ("2025-01-01", None, "虚构退出单位")))):
        one = made(lead, "consortium", name=f"虚构几家{n}", kind="alliance", formed="2025-01-01", members=rows)
        assert consortium_counts(lead, one) == counts, (rows, consortium_counts(lead, one))


def test_no_member_of_a_consortium_is_hidden_from_its_consent_by_how_it_is_written(world):
    lead, province = world["centre_manager"], world["province_officer"]
    former = made(province, "party", name="虚构旧名合作社", credit_code=bodies.credit_code(81), kind="party", region="510100")
    assert changed(province, "party", former, name="虚构新名合作社").status == 200
    unknown = bodies.credit_code(77)
    for n, (row, name) in enumerate((({"name": "虚构centreB"}, "虚构centreB"), ({"name": "虚 构ｃｅｎｔｒｅＢ"}, "虚构centreB"),
                                     ({"name": "虚构centreB", "credit_code": unknown}, "虚构centreB"),
                                     ({"name": "虚构旧名合作社"}, "虚构新名合作社"),
                                     ({"name": "虚构旧名合作社", "credit_code": unknown}, "虚构新名合作社"))):
        body = {"name": f"虚构隐名{n}", "kind": "pool", "formed": "2025-01-01", "members": [{"name": "虚构无人"}, row]}
        refused(lead.create("consortium", body), "members[1].credit_code", name)
    by_code = made(lead, "consortium", name="虚构按代码", kind="pool", formed="2025-01-01",
                   members=[{"name": "虚构旧名合作社", "credit_code": bodies.credit_code(81)}, {"name": "虚构他名", "credit_code": CODE["centreB"]}])
    assert consortium_counts(lead, by_code)[:2] == (None, "虚构旧名合作社、虚构他名")


def test_offices_and_banks_agree_to_a_consortium_as_others_do(world):
    lead, name = world["centre_manager"], "虚构政金联合体"
    one = made(lead, "consortium", name=name, kind="consortium", formed="2025-01-01",
               members=[{"name": f"虚构{unit}", "credit_code": CODE[unit]} for unit in ("bank", "city5101")])
    assert consortium_counts(lead, one) == (None, "虚构bank、虚构city5101", None)
    for who, rest in (("bank_officer", (None, "虚构city5101", None)), ("city_officer", ("2025-01-01", None, None))):
        made(world[who], "consortium_consent", lead=CODE["centreA"], consortium=name)
        assert consortium_counts(lead, one) == rest, who


def test_yuan_of_another_currency_count_once_an_office_has_checked_their_rate(world):
    centre, city = world["centre_manager"], world["city_officer"]
    rate = {"exchange_rate": "7.1", "exchange_rate_on": "2025-03-10", "exchange_rate_source": "中国人民银行授权公布的人民币汇率中间价"}
    deal = {"contract_no": "虚构-美元-1", "type": "licence", "signed": "2025-03-10", "amount": "20000.00", "currency": "USD",
            "sides": [{"name": "虚构centreA", "credit_code": CODE["centreA"]}, {"name": "虚构境外公司"}], "contract_file": uploaded(centre, "contract in dollars")}
    refused(centre.create("deal", {**deal, "amount_cny": "142000.00"}), "exchange_rate")
    for lacking in rate:
        refused(centre.create("deal", {**deal, **rate, lacking: None, "amount_cny": "142000.00"}), "exchange_rate")
    refused(centre.create("deal", {**deal, **rate, "amount_cny": "1420000.00"}), "amount_cny", "乘以")
    one = made(centre, "deal", **deal, **rate, amount_cny="142000.40")  # rounded to a whole yuan at the most
    assert changed(centre, "deal", one, amount_cny="142000.00").status == 200
    acted(centre, "deal", one, "sign")
    # The party's own rate is not its own proof: nobody of it checks that.
    assert shown(centre, "deal", one).get("counted_cny") is None
    assert centre.act("deal", one, "check_rate").status == 403
    acted(city, "deal", one, "check_rate")
    now = shown(centre, "deal", one)
    assert now["counted_cny"] == "142000.00" and now["exchange_rate_checked_on"], now
    # What was checked stands.
    done = changed(centre, "deal", one, exchange_rate="7.2", amount_cny="144000.00")
    assert done.status in (400, 403), done
    own = made(centre, "deal", contract_no="虚构-人民币-1", type="licence", signed="2025-03-10", amount="20000.00", currency="CNY",
               sides=deal["sides"], contract_file=uploaded(centre, "contract in yuan"))
    acted(centre, "deal", own, "sign")
    assert city.act("deal", own, "check_rate").status == 400


def test_a_contract_says_its_currency_before_it_counts_and_its_yuan_are_its_amount(world):
    centre = world["centre_manager"]
    deal = {"contract_no": "虚构-币种-1", "type": "licence", "signed": "2025-03-10", "amount": "20000.00",
            "sides": [{"name": "虚构centreA", "credit_code": CODE["centreA"]}, {"name": "虚构公司"}], "contract_file": uploaded(centre, "contract without a currency")}
    # Without one nothing counts as yuan: it is asked for when the contract is signed. A new one is in yuan unless it says else.
    assert shown(centre, "deal", made(centre, "deal", **{**deal, "contract_no": "虚构-币种-0"}))["currency"] == "CNY"
    one = made(centre, "deal", **deal, currency=None)
    refused(centre.act("deal", one, "sign"), "currency")
    refused(centre.act("deal", one, "file_directly", {"filed_on": "2025-03-11", "filing_no": "虚构备案-币种"}, "?reason=x"), "currency")
    # In yuan, the amount in yuan is the amount.
    for currency in (None, "CNY"):
        refused(centre.create("deal", {**deal, "contract_no": "虚构-币种-2", "currency": currency, "amount_cny": "20000.01"}), "amount_cny", "人民币")
    refused(centre.create("deal", {**deal, "contract_no": "虚构-币种-2", "currency": "CNY", "amount": None, "amount_cny": "1.00"}), "amount_cny")
    assert changed(centre, "deal", one, currency="CNY", amount_cny="20000.00").status == 200
    refused(changed(centre, "deal", one, amount="30000.00"), "amount_cny")
    assert acted(centre, "deal", one, "sign")["state"] == "signed"
    assert shown(centre, "deal", one)["counted_cny"] == "20000.00"


def test_the_register_of_work_shows_what_the_texts_ask_for_without_a_number(world):
    """Demands, supplies, patents found, follow-ups, databases: the musts that can be shown and not judged."""
    centre = world["centre_manager"]
    if not total(centre, "applicant", "name=虚构centreA"):
        made(centre, "applicant", name="虚构centreA", credit_code=CODE["centreA"], kind="institute")
    demand = made(centre, "demand", title="虚构技术需求", text="虚构", industry="虚构产业")
    made(centre, "supply", title="虚构供给", kind="site", element="capital", text="虚构")
    made(centre, "follow_up", demand=demand, date="2025-06-06", way="visit", content="虚构")
    made(centre, "topic_database", name="虚构专题库", industry="虚构产业")
    for pack, words in ((SC, ("虚构技术需求", "虚构供给", "场地", "走访", "虚构专题库")), (SX, ("虚构技术需求", "虚构供给")),
                        ("sc-yucheng-2025", ("虚构专题库",))):
        paper = centre.get(f"/packs/{pack}/forms/work-register/paper?party={CODE['centreA']}")
        assert paper.status == 200 and paper.json["missing"] == [], paper
        content = json.dumps(paper.json["content"], ensure_ascii=False)
        assert all(word in content for word in words), (pack, [word for word in words if word not in content], content)


@tap.meets("SCYY-007.1+2+3")
def test_shares_of_a_benefit_agreement_are_100_per_cent(world):
    centre = world["centre_manager"]
    for last, status in (("39.99", 400), ("40.01", 400), ("40.00", 201)):
        shares = [{"party": "虚构甲", "percent": "60.00"}, {"party": "虚构乙", "percent": last}]
        done = centre.create("benefit_agreement", {"title": "虚构协议", "shares": shares})
        assert done.status == status, (last, done)
    one = done.json["id"]
    refused(changed(centre, "benefit_agreement", one, shares=[{"party": "虚构甲", "percent": "100.01"}]), "shares[0].percent")
    assert changed(centre, "benefit_agreement", one, shares=[{"party": "虚构甲", "percent": "100.00"}]).status == 200
    refused(centre.act("benefit_agreement", one, "sign"), "agreement_file")
    assert changed(centre, "benefit_agreement", one, signed="2025-03-01", agreement_file=uploaded(centre, "agreement")).status == 200
    assert acted(centre, "benefit_agreement", one, "sign")["state"] == "signed"
    assert [v["version"] for v in centre.get(f"/records/benefit_agreement/{one}/history").json["items"]][0] >= 4


@tap.meets("SCYY-008.1", "SCYY-013.1", "SCYY-018.1")
def test_support_is_of_six_kinds_and_an_event_has_its_sign_ups_and_what_was_shown_its_feedback(world):
    centre = world["centre_manager"]
    assert codes(world, "support", "kind") == ["policy", "funds", "project", "services", "space", "facilities"]
    refused(centre.create("support", {"title": "虚构", "kind": "other", "date": "2025-05-05"}), "kind")
    names = [f"虚构报名{n:02}" for n in range(20)]
    one = made(centre, "event", title="虚构交流会", kind="exchange", starts="2025-05-05T09:00:00+08:00",
               sign_ups=[{"name": name, "organisation": "虚构单位"} for name in names])
    book = centre.get(f"/records/event/export.xlsx?filter=title=虚构交流会")
    with zipfile.ZipFile(io.BytesIO(book.content)) as parts:
        text = "".join(parts.read(p).decode() for p in parts.namelist() if p.endswith(".xml"))
    assert all(name in text for name in names), [name for name in names if name not in text]
    assert len(shown(centre, "event", one)["sign_ups"]) == 20
    show = {"title": "虚构路演", "kind": "roadshow", "starts": "2025-05-05T09:00:00+08:00"}
    refused(centre.create("event", show), "shown")
    refused(centre.create("event", {**show, "shown": [{"project": "虚构项目"}]}), "shown[0].feedback")
    made(centre, "event", **show, shown=[{"project": "虚构项目", "feedback": "虚构反馈"}])


@tap.meets("SCYY-024.1", "SXYY-018.1", "CNJD-011.1")
def test_a_project_opens_all_six_tracks(world):
    centre, six = world["centre_manager"], ["product", "financing", "site", "promotion", "goods", "brand"]
    assert codes(world, "project", "tracks") == six
    one = made(centre, "project", project_no="P-24", title="虚构", kind="industrialisation", started="2025-01-01", tracks=six)
    assert sorted(shown(centre, "project", one)["tracks"]) == sorted(six)
    refused(changed(centre, "project", one, tracks=[*six, "seventh"]), "tracks[6]")


# --- conditions ------------------------------------------------------------------------------------------


@tap.meets("SCYY-057.3")
def test_served_parties_count_by_their_credit_codes(world):
    def parties(count):
        return {"applicant": {"credit_code": bodies.credit_code(1)}, "served_parties": [
            {"name": f"虚构{n}", "credit_code": bodies.credit_code(10 + n % count), "in_chain": True, "served": "2025-05-01"}
            for n in range(8)]}
    for count, passes in ((4, False), (5, True)):
        assert judged(SC, parties(count))["served-parties"] is passes, count


YC = "sc-yucheng-2025"


@tap.meets("SCYC-004.3", "SXYY-039.3")
def test_the_formula_of_growth_is_shown_and_the_second_third_item_is_cited_as_such(world):
    def said(name, question, **facts):
        with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
            json.dump({"as_of": "2028-12-31", "programme": name, "question": question, **facts}, file, ensure_ascii=False)
            file.flush()
            return subprocess.run([ZHIYUN, "--lang", "zh", "--data", "/nonexistent", "check", "--pack", name, "--facts", file.name],
                                  capture_output=True, text=True, timeout=600).stdout
    grown = [{"name": "key_field_invention_filings", "year": year, "value": value, "source": "清单"} for year, value in ((2025, "100"), (2028, "172"))]
    text = said(YC, "accept", parameters={"base_year": 2025, "end_year": 2028}, series=grown)
    assert "年均增长＝末年申请量÷基年申请量，开“末年−基年”次方，减1" in text, text
    text = said(SX, "apply", driven_parties=[])
    assert "三.成效第二个3" in text and "第二个3（应为4）" in text, text


@tap.meets("SCYC-005.2", "SCYC-006.1", "SCYC-004.1+2")
def test_a_hair_below_a_target_is_below_it(world):
    def patents(granted, implemented):
        day = {"type": "invention", "outcome_date": "2027-01-01"}
        return [{**day, "number": f"ZL{n}", "outcome": "granted" if n < granted else "refused", "granted": "2027-01-01" if n < granted else None,
                 "high_value": n < 100, "implemented": n < implemented, "evidence": n < implemented} for n in range(10000)]
    facts = {"as_of": "2028-12-31", "project": {"start": "2026-01-01", "end": "2028-12-31"}, "parameters": {"base_year": 2025, "end_year": 2028}}
    grown = lambda last: [{"name": "key_field_invention_filings", "year": year, "value": value, "source": "清单"}
                          for year, value in ((2025, "1000"), (2028, last))]
    # 64.99 % of 10,000; 69 of 100; 1.2 to the third is 1.728.
    for granted, implemented, last, passes in ((6499, 69, "1727", False), (6500, 70, "1728", True)):
        said = judged(YC, {**facts, "patents": patents(granted, implemented), "series": grown(last)}, "accept")
        assert [said[c] for c in ("grant-rate", "implementation-rate", "filing-growth")] == [passes] * 3, (granted, said)


@tap.meets("SCYC-008.1")
def test_doubling_needs_its_series_the_national_one_and_the_base_year_each_with_a_source(world):
    def facts(**lacking):
        return {"as_of": "2031-01-31", "parameters": {"base_year": lacking.get("base", 2025), "end_year": 2030}, "series": [
            {"name": name, "year": year, "value": value, "source": lacking.get(name, "统计")}
            for name, year, value in (("hv_per_10k", 2025, "7.25"), ("hv_per_10k", 2030, "14.5"), ("hv_per_10k_national", 2025, "10"),
                                      ("hv_per_10k_national", 2030, "19.9"))]}
    both = lambda **lacking: [judged(YC, facts(**lacking), "programme")[c] for c in ("population-doubling", "growth-above-national")]
    assert both() == [True, True]
    assert both(hv_per_10k=None) == [None, None] and both(base=None) == [None, None]
    assert both(hv_per_10k_national=None) == [True, None]


@tap.meets("SCYC-007.2+3")
def test_a_product_that_is_filed_has_its_number_and_each_centre_counts_its_own(world):
    refused(world["centre_manager"].create("product_filing", {"product": "虚构产品", "date": "2026-03-01"}), "filing_no")
    filed = lambda count: {"as_of": "2028-12-31", "product_filings": [{"filing_no": f"BA-{n % count}", "date": "2028-01-01"} for n in range(12)]}
    for count, passes in ((9, False), (10, True)):  # of one number twice is one
        assert judged(YC, filed(count), "accept")["product-filings"] is passes, count
    doubt, = [a for a in pack(YC)["ambiguities"] if a["id"] == "A-19"]
    assert "每" in doubt["reading"], doubt


@tap.meets("SCYC-018.1+2")
def test_a_grading_has_grade_body_and_days_and_without_one_the_question_is_open(world):
    centre = world["centre_manager"]
    whole = {"standard": "iso56005", "certificate_no": "ISO-1", "grade": "2级", "issuer": "虚构机构", "issued": "2026-01-01", "expires": "2028-12-31"}
    one = shown(centre, "certificate", made(centre, "certificate", **whole))
    assert {k: one[k] for k in whole} == whole, one
    refused(centre.create("certificate", {**whole, "certificate_no": "ISO-2", "expires": "2025-12-31"}), "expires")
    asked = lambda certificates: judged(YC, {"as_of": "2028-06-01", **certificates}, "accept")["iso56005"]
    graded = {"standard": "iso56005", "grade": "2级", "issued": "2026-01-01", "expires": "2028-12-31"}
    assert [asked(c) for c in ({}, {"certificates": []}, {"certificates": [graded]}, {"certificates": [{**graded, "grade": None}]})] == [
        None, False, True, None]


@tap.meets("SCYY-051.1+2")
def test_a_field_of_work_that_nobody_holds_is_a_gap_and_not_a_refusal(world):
    fields = ["industry", "filing", "navigation", "review", "finance", "legal"]
    staff = lambda held: [{"name": f"虚构{n}", "id_number": f"{n}", "full_time": True, "social_security": True, "labour_contract": True,
                           "fields": held[n::5]} for n in range(5)]
    assert judged(SC, {"staff": staff(fields)})["staff-coverage"] is True
    for missing in fields:
        said = judged(SC, {"staff": staff([f for f in fields if f != missing])})
        assert (said["staff-coverage"], said["staff-count"]) == (False, True), (missing, said)
    criterion, = [c for c in pack(SC)["criteria"] if c["id"] == "staff-coverage"]
    assert criterion.get("advisory") is True or criterion.get("kind") == "advisory", criterion


@tap.meets("SCYY-052.1+2")
def test_qualifications_and_years_are_kept_and_their_count_is_shown(world):
    far = world["centre_far"]
    for n, (qualified, name, years) in enumerate(((True, "专利代理师", 6), (True, "知识产权师", 3), (False, None, 1))):
        one = made(far, "staff", name=f"虚构{n}", id_number=bodies.resident_id(500 + n), qualified=qualified, qualification=name, years=years)
        assert (shown(far, "staff", one)["qualification"], shown(far, "staff", one)["years"]) == (name, years)
    made(far, "list_statement", list="staff", party=CODE["centreC"], up_to="2025-12-31", stated_by="虚构")
    number = far.get(f"/indicators/{SC}/staff_qualified?subject={CODE['centreC']}&as_of=2025-12-31").json
    assert (number["value"], number["unit"]) == (2, "人"), number


def test_a_list_is_stated_complete_by_who_keeps_it_and_anybody_else_is_told(world):
    """A party its own, an office of its place what offices keep; the program keeps objections, and nobody states them."""
    said = lambda who, name, of: world[who].create("list_statement", {"list": name, "party": CODE[of], "up_to": "2025-06-30",
                                                                      "stated_by": "虚构"})
    for who, name, of in (("centre_manager", "findings", "centreA"), ("centre_manager", "staff", "centreB"),
                          ("province_officer", "staff", "centreA"), ("province_other", "findings", "centreA"),
                          ("city_other", "findings", "centreA"), ("province_officer", "objections", "centreA"),
                          ("centre_manager", "objections", "centreA")):
        refused(said(who, name, of), "list")
    for who, name, of in (("centre_manager", "trainings", "centreA"), ("province_officer", "findings", "centreA"),
                          ("city_officer", "findings", "centreA")):
        done = said(who, name, of)
        assert done.status == 201, (who, name, of, done)
    one = done.json["id"]  # nor is it made another's afterwards
    refused(world["city_officer"].change("list_statement", one, 1, {"party": CODE["centreC"]}), "list")
    assert world["city_officer"].change("list_statement", one, 1, {"stated_by": "虚构乙"}).status == 200


@tap.meets("SCYY-054.1+2", "SXYY-034.2+3")
def test_plan_mechanism_and_rules_are_three_files_of_the_right_kind(world):
    centre, three = world["centre_manager"], ["construction_plan", "working_mechanism", "rules"]
    assert judged(SC, {"documents": {name: True for name in three}})["documents"] is True
    for lacking in three:
        assert judged(SC, {"documents": {name: name != lacking for name in three}})["documents"] is False
    material, = [m for m in pack(SC)["materials"] if m["id"] == "rules"]
    assert material["need"] == "required" and material["proof"] == [f"documents.{name}_file" for name in three], material
    assert centre.ask("POST", "/files?name=empty.pdf", raw=b"").status == 415
    for name in three:
        refused(centre.create("documents", {f"{name}_file": {**uploaded(centre, name), "name": "plan.exe"}}), f"{name}_file")
        # A sheet is taken elsewhere, and is no text of a plan, mechanism or rule.
        sheet = centre.ask("POST", "/files?name=plan.xlsx", raw=bodies.workbook([["虚构"]]))
        refused(centre.create("documents", {f"{name}_file": {"digest": sheet.json["digest"], "name": "plan.xlsx"}}), f"{name}_file")
        assert centre.create("documents", {f"{name}_file": uploaded(centre, name)}).status == 201


@tap.meets("SXYY-037")
def test_the_special_action_is_a_persons_judgement_beside_the_figures_of_stock_patents(world):
    assert judged(SX, {})["special-action"] is None
    for result, passes in (("pass", True), ("fail", False)):
        said = judged(SX, {"judgements": [{"id": "special-action", "by": "虚构专家", "result": result, "reason": "虚构理由"}]})
        assert said["special-action"] is passes, said
    centre = world["centre_manager"]
    for n, steps in enumerate(({}, {"listed": "2023-02-01"}, {"listed": "2023-02-01", "assessed": "2023-03-01"},
                               {"listed": "2023-02-01", "assessed": "2023-03-01", "matched": "2023-04-01", "converted": "2023-05-01"})):
        made(centre, "stock_patent", number=bodies.cn_number(300 + n), holder="虚构大学", surveyed="2023-01-05", **steps)
    refused(centre.create("stock_patent", {"number": bodies.cn_number(310), "holder": "虚构大学", "surveyed": "2023-05-05",
                                           "listed": "2023-05-04"}), "listed")
    report, = centre.get(f"/reports/{SX}/self-report?party={CODE['centreA']}&year=2023").json["reports"]
    section, = [s for s in report["sections"] if s["id"] == "funnel"]
    assert [(c["title"], c["value"]["at_least"]) for c in section["cells"]] == [
        ("盘点", 4), ("入库", 3), ("评价", 2), ("匹配", 1), ("转化", 1)], section


@tap.meets("SCYY-089.1+2")
def test_money_goes_to_a_project_of_the_unit_with_its_line_and_voucher(world):
    officer, centre = world["province_officer"], world["centre_manager"]
    refused(centre.create("fund_payment", {"amount": "100.00", "source": "province"}), "project_no")
    spent = {"voucher_no": "V-1", "line": "虚构科目", "amount": "60.00", "date": "2025-05-05", "payee": "虚构公司"}
    refused(centre.create("spending_line", {**spent, "project_no": "nowhere"}), "project_no", "没有这个编号的项目")
    made(centre, "project", project_no="P-89", title="虚构", kind="conversion")
    line = made(centre, "fund_line", line="虚构科目", project_no="P-89", requested="100.00", source="province")
    acted(officer, "fund_line", line, "approve", approved="100.00")
    made(centre, "spending_line", **spent, project_no="P-89", voucher_file=uploaded(centre, "voucher"))
    row = shown(centre, "fund_line", line)
    assert (row["approved"], row["spent"]) == ("100.00", "60.00"), row


@tap.meets("SCYY-A26")
def test_each_counted_person_has_insurance_or_a_contract(world):
    def people(fifth):
        return {"staff": [{"name": f"虚构{n}", "id_number": f"{n}", "social_security": n < 3, "labour_contract": n == 3}
                          for n in range(4)] + [{"name": "虚构4", "id_number": "4", **fifth}]}
    none = {"social_security": False, "labour_contract": False}
    assert judged(SC, people(none))["staff-count"] is False
    for one in ("social_security", "labour_contract"):
        assert judged(SC, people({**none, one: True}))["staff-count"] is True, one
    assert judged(SC, people({**none, "labour_contract": None}))["staff-count"] is None


@tap.meets("SCYY-A03")
def test_the_city_of_the_address_decides_who_accepts(world):
    for city, to, passes in (("成都市", "成都市", True), ("成都市", "绵阳市", False)):
        said = judged(SC, {"applicant": {"city": city, "provincial_unit": False}, "application": {"to": "city", "office_city": to}})
        assert said["route"] is passes, (city, to, said)
    refused(world["centre_manager"].create("application", {"to": "city"}), "office_city")
    refused(world["centre_manager"].create("application", {"to": "city", "office_city": "510199"}), "office_city")


@tap.meets("SXYY-036.1+2")
def test_own_group_deals_are_for_a_reviewer_and_each_deal_has_one_of_the_types(world):
    def deals(**more):
        return {"deals": [{"contract_no": "1", "type": "transfer", "state": "signed", "signed": "2025-05-05",
                           "amount": "2000000.00", "related_party": False, **more}], "projects": [],
                "applicant": {"construction_started": "2024-01-01"}}
    for more, passes in (({}, True), ({"related_party": True}, None), ({"related_party": True, "accepted": True}, True),
                         ({"related_party": True, "accepted": False}, False), ({"accepted": False}, False), ({"type": "insurance"}, None), ({"type": "standardisation"}, None),
                         ({"type": "equity"}, True), ({"amount": "1999999.99"}, False), ({"state": "filed"}, True),
                         ({"state": "intent"}, False), ({"state": "void"}, False)):
        said = judged(SX, deals(**more))
        assert said["annual-amount"] is passes, (more, said["annual-amount"])
    centre, city = world["centre_manager"], world["city_officer"]
    refused(centre.create("deal", {"contract_no": "虚构", "type": "gift"}), "type")
    # What an office said of it stands: the party no longer says another thing of who its parties are.
    one = made(centre, "deal", contract_no="虚构-关联-1", type="licence", related_party=True)
    for said in (False, True):
        assert amended(city, "deal", one, accepted=said).status == 200
        refused(changed(centre, "deal", one, related_party=False), "related_party", "审核人认可")
    assert amended(city, "deal", one, related_party=False).status == 200


@tap.meets("SXYY-028")
def test_a_service_organisation_alone_needs_a_reason_that_a_person_judges(world):
    for facts, passes in (({"kind": "institute"}, True), ({"kind": "service_org"}, False),
                          ({"kind": "service_org", "exception_reason": "虚构理由"}, None)):
        assert judged(SX, {"applicant": facts})["subject-kind"] is passes, facts


@tap.meets("SXYY-038.1+2")
def test_each_aspect_of_serving_small_firms_is_a_number_that_opens(world):
    centre = world["centre_manager"]
    aspects = codes(world, "served_party", "aspects")
    assert len(aspects) == len(words(SX, "sme-aspects")[0]) == 5
    for n, aspect in enumerate(aspects[:4]):
        for k in range(n + 1):
            made(centre, "served_party", name=f"虚构{n}{k}", credit_code=bodies.credit_code(7000 + 10 * n + k), sme=k < n or n == 0,
                 served="2024-05-05", aspects=[aspect])
    report, = centre.get(f"/reports/{SX}/self-report?party={CODE['centreA']}&year=2024").json["reports"]
    section, = [s for s in report["sections"] if s["id"] == "sme"]
    assert [(c["rows"]["in"], c["empty"]) for c in section["cells"]] == [
        (1, False), (1, False), (2, False), (3, False), (0, True)], section


@tap.meets("SXYY-045")
def test_shanxis_duties_cite_the_part_that_is_meant_and_keep_the_words_of_the_text(world):
    report, = world["centre_manager"].get(f"/reports/{SX}/duties-view?party={CODE['centreA']}&year=2024").json["reports"]
    assert report["clause"] == "二" and len(report["sections"][0]["cells"]) == 5, report
    doubt, = [a for a in pack(SX)["ambiguities"] if a["id"] == "A-03"]
    assert "第三条" in (doubt.get("quote") or doubt["problem"]) and "第二部分" in doubt["reading"], doubt


# --- what a centre offers ---------------------------------------------------------------------------------


ITEM = {"title": "虚构专利检索", "kind": "public", "audience": "产业创新主体", "content": "虚构说明", "charge": "free",
        "contact": "028-0000 0000", "time_limit": "5个工作日"}


@tap.meets("SCYY-076.1+2+3", "SCYY-080.1+2")
def test_the_catalogue_is_read_by_everybody_and_nothing_without_a_price_is_published(world):
    centre, public = world["centre_manager"], world["public"]
    for lacking in ("title", "audience", "content", "charge", "contact", "time_limit"):
        refused(centre.create("catalogue_item", {**ITEM, lacking: None}), lacking)
    one = made(centre, "catalogue_item", **ITEM)
    assert public.get(f"/records/catalogue_item/{one}").status == 404
    refused(centre.act("catalogue_item", one, "publish"), "version_date")
    assert changed(centre, "catalogue_item", one, version_date="2026-01-05").status == 200
    acted(centre, "catalogue_item", one, "publish")
    seen = shown(public, "catalogue_item", one)
    assert {k: seen[k] for k in ITEM} == ITEM and seen["version_date"] == "2026-01-05", seen
    product = {**ITEM, "kind": "product", "charge": "paid"}
    refused(centre.create("catalogue_item", product), "price_basis")
    for basis, needs, value in (("fixed", "price", "500.00"), ("each", "price", "80.00"), ("rate", "rate", "2.50")):
        refused(centre.create("catalogue_item", {**product, "price_basis": basis, "price_unit": "件"}), needs)
        made(centre, "catalogue_item", **product, price_basis=basis, price_unit="件", **{needs: value})
    refused(centre.create("catalogue_item", {**product, "price_basis": "fixed", "price": "500.00"}), "price_unit")


def asked(centre, one):
    """Where the served party answers."""
    given = centre.ask("POST", f"/records/service_record/{one}/asks", {"ask": "rate"})
    assert given.status == 201, given
    return f"/asks/{given.json['id']}"


@tap.meets("SCYY-078.1+2")
def test_a_service_names_its_item_and_the_served_party_says_how_it_was(world):
    centre, served = world["centre_manager"], world["company_staff"]
    item = made(centre, "catalogue_item", **ITEM)
    one = made(centre, "service_record", **SERVICE, catalogue_item=item, party_code_asked=CODE["centreB"])
    assert shown(centre, "service_record", one)["catalogue_item"] == item
    assert served.get(f"/records/service_record/{one}").status == 404
    ask = asked(centre, one)
    assert served.ask("POST", ask, {"fields": {"fee": "9.00"}}).status == 400
    for fields in ({"satisfaction": 6}, {"remark": "虚构意见"}):
        refused(served.ask("POST", ask, {"fields": fields}), "fields/satisfaction")
    assert served.ask("POST", ask, {"fields": {"satisfaction": 5}}).status == 204
    assert shown(centre, "service_record", one)["satisfaction"] == 5


def test_the_unit_that_served_enters_satisfaction_only_with_the_signed_sheet(world):
    centre, served, ours = world["centre_manager"], world["company_staff"], {**SERVICE, "satisfaction": 5}
    sheet = [uploaded(centre, "signed")]
    for words in ("请服务对象评价", "服务对象签字的满意度表"):
        refused(centre.create("service_record", ours), "satisfaction", words)
    for words in ("Ask the served party", "attach its signed sheet"):
        refused(centre.create("service_record", ours, **{"Accept-Language": "en"}), "satisfaction", words)
    made(centre, "service_record", **ours, satisfaction_sheet=sheet)
    one = made(centre, "service_record", **SERVICE)
    refused(changed(centre, "service_record", one, satisfaction=5), "satisfaction")
    assert changed(centre, "service_record", one, satisfaction=5, satisfaction_sheet=sheet).status == 200
    refused(changed(centre, "service_record", one, satisfaction_sheet=[]), "satisfaction")
    assert changed(centre, "service_record", one, satisfaction=None, satisfaction_sheet=[]).status == 200
    # The served party needs none; what it said stays while the unit changes the rest.
    assert changed(centre, "service_record", one, party_code_asked=CODE["centreB"]).status == 200
    assert served.ask("POST", asked(centre, one), {"fields": {"satisfaction": 2}}).status == 204
    assert changed(centre, "service_record", one, hours="3.0").status == 200
    assert shown(centre, "service_record", one)["satisfaction"] == 2
    refused(changed(centre, "service_record", one, satisfaction=5), "satisfaction")
    # A record from before the rule.
    old = made(centre, "service_record", **SERVICE)
    client.run_sql(world, [f"UPDATE record_service_record SET satisfaction = 5 WHERE id = {old}"])
    assert changed(centre, "service_record", old, hours="2.0").status == 200
    assert shown(centre, "service_record", old)["satisfaction"] == 5
    refused(changed(centre, "service_record", old, satisfaction=4), "satisfaction")


def test_a_rating_by_link_is_marked_and_counts_with_the_signed_sheet_or_the_partys_account(world):
    centre, served, public = world["centre_manager"], world["company_staff"], world["public"]
    party = made(centre, "served_party", name="虚构受服务单位", credit_code=CODE["centreB"])
    made(centre, "list_statement", list="services", party=CODE["centreA"], up_to="2012-12-31", stated_by="虚构")

    def service(**fields):
        return made(centre, "service_record", **{**SERVICE, "date": "2012-05-05", **fields})

    def link(one):
        given = centre.ask("POST", f"/records/service_record/{one}/asks", {"ask": "rate", "link": True}).json
        done = public.ask("POST", f"/asks/{given['id']}", {"who": "虚构人 028-0000 0000", "fields": {"satisfaction": 5}}, {"X-Ask-Link": given["link"]})
        assert done.status == 204, done

    def counted():
        one, = centre.get(f"/reports/{SC}/comprehensive?party={CODE['centreA']}&year=2012").json["reports"]
        cell, = [c for s in one["sections"] for c in s["cells"] if c.get("indicator") == "year_services_rated"]
        rows = centre.get(cell["opens"].removeprefix("/api/v1")).json
        return cell["value"], [[row["source"]["id"] for row in rows[which]] for which in ("in", "possible")]

    def stands(one, way, rated, words):
        now = shown(centre, "service_record", one)
        assert (now["rated_by"], now["rated"]) == (way, rated) and words in (now["rating_counts"] or ""), now

    one = service(party=party, party_code_asked=CODE["centreB"])
    stands(one, None, False, "")
    assert counted() == (0, [[], []])
    link(one)
    stands(one, "link", None, "经链接评价，身份未核；附服务对象签字的满意度表后计入")
    assert shown(centre, "service_record", one)["rated_on"] and counted() == ({"at_least": 0, "at_most": 1}, [[], [one]])
    assert changed(centre, "service_record", one, satisfaction_sheet=[uploaded(centre, "rated")]).status == 200
    stands(one, "link", True, "有服务对象签字的满意度表")
    assert counted() == (1, [[one], []])
    # By its account it counts without a sheet; by the account of a unit that was not served it does not.
    own, other = service(party=party, party_code_asked=CODE["centreB"]), service(party_code_asked=CODE["centreB"])
    for record in (own, other):
        assert served.ask("POST", asked(centre, record), {"fields": {"satisfaction": 1}}).status == 204
    stands(own, "account", True, "服务对象以本单位账号评价")
    stands(other, "account", None, "评价的单位不是所填的服务对象")
    assert counted() == ({"at_least": 2, "at_most": 3}, [[one, own], [other]])
    assert changed(centre, "service_record", other, party=party).status == 200
    stands(other, "account", True, "服务对象以本单位账号评价")
    assert counted() == (3, [[one, own, other], []])


@tap.meets("SCYY-073.1+2")
def test_a_supervisor_sees_each_version_of_a_centres_rules(world):
    centre = world["centre_manager"]
    one = made(centre, "document", title="运营中心管理制度", kind="rule", edition="第一版", file=uploaded(centre, "first"))
    for edition in ("第二版", "第三版"):
        assert changed(centre, "document", one, edition=edition, file=uploaded(centre, edition)).status == 200
    for name in ("city_officer", "province_officer"):
        history = world[name].get(f"/records/document/{one}/history").json["items"]
        assert [v["version"] for v in history] == [3, 2, 1], history
        assert shown(world[name], "document", one)["edition"] == "第三版"


@tap.meets("SCYY-075.1+2+3", "CNJD-020")
def test_the_province_sets_a_task_the_centre_replies_and_what_is_overdue_is_a_list(world):
    officer, centre = world["province_officer"], world["centre_manager"]
    assert len(codes(world, "task", "key_work")) == len(words(CN, "key-work")[0]) == 4
    ids = [made(officer, "task", title=f"虚构任务{n}", due=due, to_unit=CODE["centreA"], key_work=["chain"])
           for n, due in enumerate(("2099-01-31", "2099-12-31"))]
    refused(officer.create("task", {"title": "虚构", "due": "2020-01-31"}), "due", "不得早于")
    client.run_sql(world, [f"UPDATE record_task SET due = '2020-01-31' WHERE id = {ids[0]}"])  # its day has come
    for one in ids:
        assert officer.ask("POST", f"/records/task/{one}/assignments", {"unit": centre.unit}).status == 201
    overdue = lambda: {row["id"] for row in officer.get("/records/task?filter=state=open and due<2021-01-01").json["items"]}
    if ids[0] not in overdue():
        raise AssertionError(officer.get("/records/task?filter=state=open and due<2021-01-01"))
    assert ids[1] not in overdue()
    refused(centre.act("task", ids[0], "reply"), "reply")
    assert changed(centre, "task", ids[0], reply="虚构回复").status == 200
    assert acted(centre, "task", ids[0], "reply")["state"] == "replied" and ids[0] not in overdue()
    assert acted(officer, "task", ids[0], "accept")["state"] == "done"
    refused(officer.create("task", {"title": "虚构", "due": "2099-12-31", "key_work": ["sports"]}), "key_work[0]")


@tap.meets("SCYY-079")
def test_a_reward_scheme_has_three_factors_and_its_calculation(world):
    centre = world["centre_manager"]
    factors = [{"factor": f, "assessed_by": "市场评价", "percent": p} for f, p in (("labour", "50.00"), ("capital", "30.00"), ("service", "20.00"))]
    refused(centre.create("reward_scheme", {"title": "虚构", "factors": factors}), "calculation")
    refused(centre.create("reward_scheme", {"title": "虚构", "calculation": "虚构", "factors": factors[:2]}), "factors")
    refused(centre.create("reward_scheme", {"title": "虚构", "calculation": "虚构", "factors": [{**factors[0], "factor": "luck"}]}), "factors[0].factor")
    one = made(centre, "reward_scheme", title="虚构", calculation="按贡献占比分配", factors=factors)
    assert [f["factor"] for f in shown(centre, "reward_scheme", one)["factors"]] == ["labour", "capital", "service"]


@tap.meets("SXYY-011.1+2")
def test_a_joint_unit_has_its_agreement_and_is_no_sub_centre(world):
    centre = world["centre_other_province"]
    body = {"name": "虚构高校协同创新运营中心", "university": "虚构大学", "agreement_file": uploaded(centre, "joint")}
    for lacking in ("university", "agreement_file"):
        refused(centre.create("joint_unit", {**body, lacking: None}), lacking)
    for name in ("虚构大学分中心", "虚构大学分 中 心", "虚构大学分·中心", "虚构大学分中⼼", "虚构大学分－中心"):  # however it is written
        refused(centre.create("joint_unit", {**body, "name": name}), "name", "不得自行设立分中心")
        refused(centre.create("consortium", {"name": name, "kind": "alliance"}), "name", "不得自行设立分中心")
    made(centre, "joint_unit", **body)


@tap.meets("SCYY-010.1")
def test_an_activity_of_a_consortium_is_of_one_of_four_stages(world):
    centre = world["centre_manager"]
    one = made(centre, "consortium", name="虚构联合体", kind="consortium", formed="2025-01-01")
    stages = codes(world, "consortium_activity", "stage")
    assert len(stages) == 4, stages
    body = {"title": "虚构活动", "consortium": one, "date": "2025-05-05"}
    refused(centre.create("consortium_activity", body), "stage")
    refused(centre.create("consortium_activity", {**body, "stage": "fifth"}), "stage")
    for stage in stages:
        made(centre, "consortium_activity", **body, stage=stage)
        assert total(centre, "consortium_activity", f"stage={stage} and consortium={one}") == 1, stage


@tap.meets("SCYY-091", "SXYY-066")
def test_a_partner_is_of_one_of_four_kinds_with_its_agreement(world):
    centre = world["centre_manager"]
    kinds = codes(world, "partner", "kind")
    assert len(kinds) == len(words(SC, "partners")[0]) == 4
    refused(centre.create("partner", {"name": "虚构", "kind": "fund"}), "agreement_file")
    refused(centre.create("partner", {"name": "虚构", "kind": "club", "agreement_file": uploaded(centre, "p")}), "kind")
    for kind in kinds:
        one = made(centre, "partner", name=f"虚构{kind}", kind=kind, agreement_file=uploaded(centre, kind), results="撮合2项")
        assert shown(centre, "partner", one)["results"] == "撮合2项"


# --- offices ------------------------------------------------------------------------------------------------


@tap.meets("SCYY-095.1+2", "SXYY-063.1+2", "CNJD-018.3+4")
def test_no_call_makes_a_sub_centre_and_one_that_is_found_is_a_finding(world):
    officer, centre = world["city_officer"], world["centre_manager"]
    assert centre.create("centre", {"name": "虚构分中心", "credit_code": CODE["centreA"]}).status in (403, 404, 405)
    assert officer.create("centre", {"name": "虚构分中心", "credit_code": CODE["centreA"]}).status in (403, 404, 405)
    assert "parent" not in [f["name"] for f in world.types["centre"]["fields"]]
    one = made(officer, "finding", ground="sub_centre", party=CODE["centreA"], date="2026-03-01", facts_found="挂牌“虚构分中心”")
    assert shown(officer, "finding", one)["state"] == "alleged"
    assert "finding" in [p["subject"] for p in pack(SC)["processes"]]
    for name in (SC, SX):
        for state, passes in (("confirmed", False), ("alleged", None), ("dismissed", True)):
            said = judged(name, {"findings": [{"state": state, "date": "2026-03-01", "ground": "sub_centre"}]}, "operate")
            assert said["no-sub-centre"] is passes, (name, state, said)
    done = zhiyun("name", "--pack", SC, "--industry", "四川省钒钛")
    assert done.returncode == 3, done


@tap.meets("SXYY-061")
def test_a_trademark_finding_is_confirmed_with_its_source_document_alone(world):
    officer = world["province_officer"]
    one = made(officer, "finding", ground="bad_trademark", party=CODE["centreA"], date="2026-03-01", facts_found="虚构事实")
    refused(officer.act("finding", one, "confirm", {}, "?reason=虚构"), "evidence_files")
    assert changed(officer, "finding", one, evidence_files=[uploaded(officer, "gazette")]).status == 200
    done = by_two(world, "province_officer", "province_leader", "finding", one, "confirm", "查实")
    assert done["state"] == "confirmed", done
    assert len(shown(officer, "finding", one)["evidence_files"]) == 1


@tap.meets("SXYY-067")
def test_province_and_city_keep_the_courses_that_they_hold(world):
    for name in ("province_officer", "city_officer"):
        one = made(world[name], "training", title=f"虚构培训 {name}", date="2025-05-05", attendees=40)
        assert shown(world["province_officer"], "training", one)["attendees"] == 40
    seen = {row["title"] for row in world["province_officer"].get("/records/training?limit=100").json["items"]}
    assert {"虚构培训 province_officer", "虚构培训 city_officer"} <= seen, seen
    assert "虚构培训 province_officer" not in {row["title"] for row in world["city_officer"].get("/records/training?limit=100").json["items"]}


@tap.meets("CNJD-019")
def test_offices_record_four_kinds_of_support(world):
    officer = world["province_officer"]
    kinds = codes(world, "support_given", "kind")
    assert len(kinds) == len(words(CN, "support")[0]) == 4
    for kind in kinds:
        made(officer, "support_given", kind=kind, title="虚构", date="2025-05-05", party=CODE["centreA"], policy="虚构政策",
             achievement="chain")
    refused(officer.create("support_given", {"kind": "money", "title": "虚构", "date": "2025-05-05"}), "kind")
    assert world["centre_manager"].create("support_given", {"kind": "praise", "title": "虚构", "date": "2025-05-05"}).status == 403


@tap.meets("SXYY-054")
def test_a_grade_of_the_shanxi_evaluation_is_one_of_three_and_nothing_else_is_stored(world):
    three = ["优秀", "合格", "不合格"]
    assert codes(world, "evaluation", "grade") == three and words(SX, "grades") == (three, [])
    found, = [e for e in pack(SX)["evaluations"] if e["id"] == "comprehensive"]
    assert [g["label"] for g in found["grades"]] == three, found
    said = [f for p in pack(SX)["processes"] for s in p["transitions"] for f in s.get("effects", []) if "evaluation grade=" in str(f)]
    assert len(said) == 3, said


@tap.meets("SXYY-068")
def test_praise_cites_its_policy_and_the_achievement(world):
    officer = world["province_other"]
    praise = {"kind": "praise", "title": "虚构表扬", "date": "2026-05-05", "party": CODE["centreD"],
              "policy": "《关于支持知识产权强省若干政策措施》", "achievement": "sme"}
    assert len(codes(world, "support_given", "achievement")) == len(words(SX, "achievements")[0]) == 4
    for lacking in ("policy", "achievement", "party"):
        refused(officer.create("support_given", {**praise, lacking: None}), lacking)
    refused(officer.create("support_given", {**praise, "achievement": "sports"}), "achievement")
    made(officer, "support_given", **{**praise, "kind": "guidance", "achievement": None})
    made(officer, "support_given", **{**praise, "achievement": None, "year": 2025})
    one = made(officer, "support_given", **praise)
    assert shown(officer, "support_given", one)["policy"] == praise["policy"]


@tap.meets("SXYY-052")
def test_province_and_city_each_record_their_opinion_on_a_year(world):
    body = {"year": 2025, "party": CODE["centreA"], "date": "2026-01-20"}
    client.run_sql(world, [f"UPDATE record_centre SET state = 'exited' WHERE credit_code = '{CODE['centreA']}'"])
    for name in ("province_officer", "city_officer"):  # it is in no register, or left it; nor is there such a unit
        for party in (CODE["centreA"], bodies.credit_code(79)):
            refused(world[name].create("annual_opinion", {**body, "party": party, "opinion": "虚构"}), "party", "本地区名录中的中心")
    client.run_sql(world, [
        "INSERT INTO record_centre (version, state, owner_unit, owner_city, owner_province, secrecy, published, created_ms, created_by, changed_ms, "
        f"changed_by, name, credit_code, programme, region) VALUES (1, 'active', {world['province_officer'].unit}, '5101', '51', 1, 0, 0, 0, 0, 0, "
        f"'虚构centreA', '{CODE['centreA']}', '{SC}', '510100')"])
    for name in ("province_other", "city_other"):  # nor of their region
        refused(world[name].create("annual_opinion", {**body, "opinion": "虚构"}), "party")
    for name in ("province_officer", "city_officer"):
        refused(world[name].create("annual_opinion", body), "opinion")
        made(world[name], "annual_opinion", **body, opinion=f"虚构意见 {name}")
        assert world[name].create("annual_opinion", {**body, "opinion": "又一份"}).status == 409
    report = made(world["centre_manager"], "annual_report", year=2025)
    on_it = lambda: tuple(shown(world["centre_manager"], "annual_report", report)[f"{level}_opinion_on"] for level in ("city", "province"))
    assert on_it() == ("2026-01-20", "2026-01-20"), on_it()
    for reader in ("centre_manager", "city_officer", "province_officer"):  # the centre and its city read both
        said = shown(world[reader], "annual_report", report)
        assert (said["city_opinion"], said["province_opinion"]) == ("虚构意见 city_officer", "虚构意见 province_officer"), said
    other = made(world["centre_manager"], "annual_report", year=2021)
    assert shown(world["province_officer"], "annual_report", other)["city_opinion_on"] is None
    made(world["city_officer"], "annual_opinion", year=2021, party=CODE["centreA"], date="2022-01-20", opinion="虚构市级意见")
    after = shown(world["province_officer"], "annual_report", other)
    assert (after["city_opinion_on"], after["province_opinion_on"]) == ("2022-01-20", None), after
    seen = {row["opinion"] for row in world["province_officer"].get("/records/annual_opinion?filter=year=2025").json["items"]}
    assert seen == {"虚构意见 province_officer", "虚构意见 city_officer"}, seen
    assert world["centre_manager"].create("annual_opinion", {"year": 2025}).status == 403


@tap.meets("SCYY-053", "SXYY-034.1")
def test_funds_are_a_budget_with_sources_and_amounts_and_a_commitment(world):
    centre = world["centre_neighbour"]
    for lacking in ("source", "amount"):
        refused(centre.create("funds", {"assured": True, "budget": [{"source": "自筹", "amount": "100.00", lacking: None}]}),
                f"budget[0].{lacking}")
    one = made(centre, "funds", assured=True, budget=[{"source": "自筹", "amount": "500000.00"}, {"source": "市级", "amount": "0.00"}],
               budget_file=uploaded(centre, "budget"), commitment_file=uploaded(centre, "commitment"))
    assert [b["amount"] for b in shown(centre, "funds", one)["budget"]] == ["500000.00", "0.00"]
    for name in (SC, SX):
        material, = [m for m in pack(name)["materials"] if m["id"] == "funding"]
        assert material["proof"] == ["funds.budget_file", "funds.commitment_file"] and material["need"] == "advised", material
        assert judged(name, {"funds": {"assured": False}})["funding"] is False
        for lacking in ("construction_plan", "working_mechanism", "rules"):
            three = {k: k != lacking for k in ("construction_plan", "working_mechanism", "rules")}
            assert judged(name, {"documents": three})["documents"] is False, (name, lacking)


@tap.meets("CNJD-016")
def test_conditions_are_four_groups_of_evidence(world):
    party = CODE["centreC"]
    far = world["centre_far"]
    made(far, "applicant", name="虚构centreC", credit_code=party, kind="institute", legal_person=True)
    made(far, "workplace", fixed=True, office_conditions=False)
    made(far, "staff", name="虚构", id_number=bodies.resident_id(77), full_time=True)
    report, = far.get(f"/reports/{CN}/conditions?party={party}&year=2025").json["reports"]
    assert [s["label"] for s in report["sections"]] == ["工作机构", "场地", "人员", "经费"], report
    cells = {c["indicator"]: c for s in report["sections"] for c in s["cells"]}
    assert (cells["legal_person"]["holds"], cells["workplace_fixed"]["holds"], cells["office_conditions"]["holds"],
            cells["funds_assured"]["holds"]) == (True, True, False, None), cells
    assert cells["staff_full_time"]["rows"]["in"] == 1, cells


@tap.meets("CNJD-023")
def test_national_recognition_has_four_heads_with_figures(world):
    report, = world["centre_manager"].get(f"/reports/{CN}/recognition?party={CODE['centreA']}&year=2025").json["reports"]
    assert [s["label"] for s in report["sections"]] == ["产业协同能力强", "建设基础好", "运营成效显著", "支撑作用突出"]
    assert all(s["cells"] and all(c["opens"] for c in s["cells"]) for s in report["sections"])


@tap.meets("CNJD-024")
def test_who_came_and_who_left_in_a_year_is_public(world):
    office = world["province_officer"].unit
    # What is published is what the type says of the state: the steps of cases write these records.
    public = {s["name"]: int(s.get("public") == "true") for s in world.types["centre"]["states"]["list"]}
    for n, (state, entered, left) in enumerate((("active", "2024-03-01", None), ("active", "2025-03-01", None),
                                                ("exited", "2024-01-05", "2025-11-30"), ("exited", "2023-01-05", "2024-06-30"))):
        client.run_sql(world, [
            "INSERT INTO record_centre (version, state, owner_unit, owner_province, secrecy, published, created_ms, created_by, changed_ms, "
            "changed_by, name, credit_code, programme, region, entered, left_) VALUES (1, '%s', %d, '51', 0, %d, 0, 0, 0, 0, '虚构中心%d', "
            "'%s', '%s', '510100', '%s', %s)" % (state, office, public[state], n, bodies.credit_code(8000 + n), SC, entered, f"'{left}'" if left else "NULL")])
    def names(condition):
        done = world["public"].get(f"/records/centre?filter={condition}&sort=name&fields=name")
        assert done.status == 200, done
        return [row["name"][-1] for row in done.json["items"]]
    assert names("entered>=2025-01-01 and entered<=2025-12-31") == ["1"]
    assert names("left>=2025-01-01 and left<=2025-12-31") == ["2"]
    assert names("left>=2024-01-01 and left<=2024-12-31") == ["3"]


@tap.meets("SCYC-003.1+2")
def test_the_counter_of_cultivation_centres_counts_active_ones_and_opens(world):
    officer, pack_id = world["province_officer"], "sc-yucheng-2025"
    for n, state in enumerate(("active", "active", "exited", "active")):
        client.run_sql(world, [
            "INSERT INTO record_centre (version, state, owner_unit, owner_province, secrecy, published, created_ms, created_by, changed_ms, "
            "changed_by, name, credit_code, programme, region) VALUES (1, '%s', %d, '51', 1, 1, 0, 0, 0, 0, '虚构育成中心%d', '%s', '%s', "
            "'510100')" % (state, officer.unit, n, bodies.credit_code(8100 + n), pack_id)])
    report, = officer.get(f"/reports/{pack_id}/progress?party={CODE['office51']}&year=2025").json["reports"]
    cell = report["sections"][0]["cells"][0]
    assert cell["rows"] == {"in": 3, "possible": 0, "out": 1} and "30个以上" in cell["title"], cell
    opened = officer.get(cell["opens"].removeprefix("/api/v1")).json
    assert [len(opened[k]) for k in ("in", "out")] == [3, 1] and all(row["source"]["type"] == "centre" for row in opened["in"])
    for n, passes in ((29, False), (30, True)):
        centres = [{"credit_code": bodies.credit_code(9000 + k), "state": "active" if k < n else "exited"} for k in range(31)]
        assert judged(pack_id, {"centres": centres}, "programme")["centre-count"] is passes, n


# --- the annex form --------------------------------------------------------------------------------------------


@tap.meets("SCYY-A01.1+2")
def test_the_name_is_the_one_behind_the_credit_code(world):
    neighbour = world["centre_neighbour"]
    body = {"credit_code": CODE["centreB"], "kind": "enterprise"}
    for one in neighbour.get("/records/applicant?filter=credit_code=" + CODE["centreB"]).json["items"]:
        client.run_sql(world, [f"UPDATE record_applicant SET ended_ms = 1 WHERE id = {one['id']}"])
    refused(neighbour.create("applicant", {**body, "name": "虚构centreX"}), "name", "登记的名称")
    # The other way round: the name is registered, with another code.
    refused(neighbour.create("applicant", {**body, "name": "虚构centreB", "credit_code": bodies.credit_code(77)}), "credit_code", "登记")
    assert neighbour.create("applicant", {**body, "name": "虚构centreB"}).status == 201
    # Whom it serves as well: said of each, to whoever looks; who is not registered is served all the same.
    for name, code, said in (("虚构centreA", CODE["centreA"], "与单位登记一致"), ("虚构centreY", CODE["centreD"], "与单位登记不一致"),
                             ("虚构centreA", bodies.credit_code(78), "与单位登记不一致"), ("虚构centreZ", bodies.credit_code(79), "单位登记中没有")):
        one = made(neighbour, "served_party", name=name, credit_code=code)
        assert shown(neighbour, "served_party", one)["register"] == said, (name, code)
        assert {row["register"] for row in world["city_officer"].get(f"/records/served_party?filter=credit_code={code}").json["items"]} == {said}
    # Who is driven or builds with it likewise; of the members of a consortium and the parties of a chain, the first that is not.
    good, wrong, none = (("虚构centreA", CODE["centreA"]), ("虚构centreY", CODE["centreD"]), ("虚构centreZ", bodies.credit_code(79)))
    register = lambda of, **body: shown(neighbour, of, made(neighbour, of, **body))["register"]  # noqa: E731
    proof = uploaded(neighbour, "共建协议")
    for n, ((name, code), said) in enumerate(((good, "与单位登记一致"), (wrong, "与单位登记不一致"), (none, "单位登记中没有"))):
        assert register("driven_party", name=name, credit_code=code) == said, name
        assert register("joint_unit", name=f"虚构共建{n}", university=name, credit_code=code, agreement_file=proof) == said, name
    for n, (rows, said) in enumerate((((good,), "与单位登记一致"), ((good, none, wrong), "与单位登记不一致：虚构centreY"),
                                      ((none, good), "单位登记中没有：虚构centreZ"), ((), None))):
        rows = [{"name": name, "credit_code": code} for name, code in rows]
        assert register("consortium", name=f"虚构联合体核对{n}", kind="consortium", members=rows) == said, (n, said)
        assert register("industry", name=f"虚构产业核对{n}", no_leading_reason="虚构理由", chain_parties=rows) == said, (n, said)
    # The name on the seal is compared with it.
    one = made(neighbour, "application", to="city", office_city="510100")
    refused(changed(neighbour, "application", one, seal_name="虚构centreB公司"), "seal_name", "登记的单位名称")
    assert changed(neighbour, "application", one, seal_name="虚构centreB").status == 200


@tap.meets("SCYY-A04")
def test_a_postcode_is_six_digits(world):
    far = world["centre_other_province"]
    body = {"name": "虚构centreD", "credit_code": CODE["centreD"], "kind": "enterprise"}
    for postcode in ("61000", "6100000", "61000a", "６１００００"):
        refused(far.create("applicant", {**body, "postcode": postcode}), "postcode")
    assert far.create("applicant", {**body, "postcode": "610000"}).status == 201


@tap.meets("SCYY-A09.1+2")
def test_a_number_of_parties_has_its_source_and_its_day(world):
    centre = world["centre_manager"]
    body = {"name": "虚构产业九", "leading_enterprises": ["虚构龙头"], "party_count": 0, "party_count_source": "虚构统计",
            "party_count_date": "2025-12-31"}
    for lacking in ("party_count_source", "party_count_date"):
        refused(centre.create("industry", {**body, lacking: None}), lacking, "来源")
    refused(centre.create("industry", {**body, "party_count": -1}), "party_count")
    refused(centre.create("industry", {**body, "party_count": "很多"}), "party_count")
    assert centre.create("industry", body).status == 201


@tap.meets("SCYY-A10")
def test_leading_enterprises_are_listed_or_none_with_a_reason(world):
    centre = world["centre_manager"]
    assert centre.create("industry", {"name": "虚构产业十"}).status == 400
    for more in ({"leading_enterprises": ["虚构龙头"]}, {"no_leading_reason": "尚无龙头"}):
        assert centre.create("industry", {"name": f"虚构产业 {len(more)} {list(more)[0]}", **more}).status == 201


@tap.meets("SCYY-A11.1+2")
def test_wrong_credit_codes_of_the_chain_are_told_row_by_row(world):
    centre = world["centre_manager"]
    good, bad = bodies.credit_code(1), bodies.credit_code(2)[:-1] + ("A" if bodies.credit_code(2)[-1] != "A" else "B")
    rows = [{"name": f"虚构{n}", "credit_code": code, "chain_link": "上游"} for n, code in enumerate((good, bad, good, "123"))]
    done = centre.create("industry", {"name": "虚构产业", "leading_enterprises": ["虚构龙头"], "chain_parties": rows})
    assert {e["field"] for e in done.json["errors"]} == {"/chain_parties/1/credit_code", "/chain_parties/3/credit_code"}, done
    book = [["名称", "统一社会信用代码"], ["虚构甲", good], ["虚构乙", bad]]
    got = centre.ask("POST", "/records/served_party/import", raw=bodies.workbook(book), headers={"Content-Type": SHEET})
    assert got.status == 200 and got.json["rejected"] == 1 and got.json["rejects"][0]["row"] == 3, got


@tap.meets("SCYY-A19")
def test_each_duty_that_is_chosen_gets_a_plan_line(world):
    centre = world["centre_neighbour"]
    assert len(words(SC, "duties")[0]) == 8
    for row, field in (({"duty": "matching"}, "plan"), ({"plan": "虚构安排"}, "duty"), ({"duty": "export", "plan": "虚构"}, "duty")):
        refused(centre.create("application", {"to": "city", "office_city": "510100", "duty_plans": [row]}), f"duty_plans[0].{field}")
    one = made(centre, "application", to="city", office_city="510100", duty_plans=[{"duty": "matching", "plan": "每季一场对接会"}])
    paper = centre.get(f"/packs/{SC}/forms/application-form/paper?party={CODE['centreB']}").json
    assert "拟提供服务内容" not in paper["missing"] and "每季一场对接会" in json.dumps(paper["content"], ensure_ascii=False)
    assert changed(centre, "application", one, duty_plans=[]).status == 200
    paper = centre.get(f"/packs/{SC}/forms/application-form/paper?party={CODE['centreB']}").json
    assert "拟提供服务内容" in paper["missing"], paper["missing"]


@tap.meets("SCYY-A20.1+2")
def test_an_expected_result_without_number_or_date_is_refused(world):
    centre = world["centre_manager"]
    whole = {"indicator": "合同金额", "unit": "万元", "baseline": "10.00", "target": "200.00", "date": "2026-12-31"}
    for lacking in ("target", "date", "unit"):
        refused(centre.create("application", {"to": "city", "office_city": "510100", "expected": [{**whole, lacking: None}]}),
                f"expected[0].{lacking}")
    refused(centre.create("application", {"to": "city", "office_city": "510100", "expected": [{**whole, "target": "很多"}]}), "expected[0].target")
    made(centre, "application", to="city", office_city="510100", expected=[whole])
    report, = centre.get(f"/reports/{SC}/comprehensive?party={CODE['centreA']}&year=2025").json["reports"]
    due = report["sections"][0]["cells"][0]
    assert (due["indicator"], due["value"]) == ("targets_due", 0), due
    opened = centre.get(due["opens"].removeprefix("/api/v1")).json
    assert [row["label"] for row in opened["out"]] == ["合同金额"], opened


@tap.meets("SCYY-A22")
def test_an_application_is_not_submitted_without_the_sealed_page(world):
    centre = world["centre_manager"]
    one = made(centre, "application", to="city", office_city="510100")
    refused(centre.act("application", one, "submit"), "commitment_file")
    refused(changed(centre, "application", one, commitment_file={**uploaded(centre, "seal"), "name": "seal.docx"}), "commitment_file")
    assert changed(centre, "application", one, commitment_file=uploaded(centre, "seal"), handler="虚构", handler_phone="13800000000").status == 200
    assert acted(centre, "application", one, "submit")["state"] == "submitted"


run(sys.modules[__name__], language="zh")
