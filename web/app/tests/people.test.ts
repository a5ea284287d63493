/* Units, people and roles without a command: from an empty folder to an office, a city and two centres with their people; and
 * what each role sees of these pages. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { texts, type Page, type Visit } from "./browser.ts";
import { digitsOf, Hand } from "./hand.ts";
import { packBooks } from "./pack-books.ts";
import { newFolder, ownDemo, Program, sharedDemo } from "./program.ts";
import { test } from "./suite.ts";

const { zh } = texts;
const demo = sharedDemo();
const changed = ownDemo();
const field = (key: keyof typeof zh) => new RegExp(`^${zh[key]}`); // its label may say that it is required
const password = "虚构的一句很长的口令 2026";
const label = (key: keyof typeof zh, values: Record<string, string | number> = {}) => zh[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));

/* A workbook of one sheet. */
function book(rows: readonly (readonly string[])[]): { name: string; mimeType: string; buffer: Buffer } {
  const file = join(newFolder(), "book.xlsx");
  execFileSync("python3", ["-c", "import json, sys; sys.path.insert(0, sys.argv[3]); import bodies; open(sys.argv[1], 'wb').write(bodies.workbook(json.loads(sys.argv[2])))", file, JSON.stringify(rows), `${process.env.ROOT}/tests/kernel`]);
  return { name: "名单.xlsx", mimeType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", buffer: readFileSync(file) };
}

const cells = (path: string): string => execFileSync("python3", ["-c", "import sys; sys.path.insert(0, sys.argv[2]); import workbooks; print(workbooks.opened(open(sys.argv[1], 'rb').read())[0])", path, `${process.env.ROOT}/tests`], { encoding: "utf8" });

/* Enrols the authenticator of who is on his own page. */
async function enrol(hand: Hand, program: Program): Promise<void> {
  await hand.click("button", zh["signin.enrol.begin"]);
  const secret = await hand.page.getByText(/^[A-Z2-7]{4}[A-Z2-7 ]{12,}$/).first().innerText();
  await hand.type(field("signin.enrol.code"), digitsOf(secret, program.now()));
  await hand.click("button", zh["signin.enrol.confirm"]);
  await hand.page.getByText(zh["signin.enrol.done"]).waitFor();
}

/* Opens the link of a slip in a new browser, sets a password, and an authenticator where it is asked for. */
async function join_(visit: Visit, program: Program, link: string, role: string): Promise<Hand> {
  const page = await visit.open(link);
  const hand = new Hand(page, visit, role);
  hand.clicks++;
  await page.getByRole("button", { name: zh["signin.signIn"], exact: true }).click();
  await page.locator(".shell").waitFor();
  await visit.settled(page);
  if (await page.getByRole("button", { name: zh["signin.enrol.begin"] }).count()) {
    await enrol(hand, program);
  } else {
    await hand.page.locator(".bar-who").click();
    await page.getByText(zh["signin.account"], { exact: true }).click();
    hand.clicks += 2;
    await visit.settled(page);
  }
  await hand.type(field("signin.newPassword.new"), password);
  await hand.type(field("signin.again.password"), password);
  await hand.click("button", zh["signin.newPassword.save"]);
  await page.getByText(zh["signin.newPassword.saved"]).waitFor();
  return hand;
}

async function choose(hand: Hand, label: string, value: string): Promise<void> {
  const dialog = hand.page.getByRole("dialog");
  hand.entries++;
  const radio = dialog.getByRole("radio", { name: value, exact: true });
  if (await radio.count()) return radio.check();
  await dialog.getByLabel(new RegExp(`^${label}`)).selectOption({ label: value });
}

/* Invites somebody; the link of the slip. */
async function invite(visit: Visit, hand: Hand, person: string, login: string, role?: string): Promise<string> {
  await hand.click("button", `＋ ${zh["people.invite"]}`);
  const dialog = hand.page.getByRole("dialog");
  await hand.type(field("people.name"), person, dialog);
  await hand.type(field("people.login"), login, dialog);
  if (role) await choose(hand, zh["people.role"], role);
  await hand.click("button", zh["people.invite.verb"], dialog);
  await hand.page.getByRole("heading", { name: zh["people.slips"], exact: true }).waitFor();
  await visit.look(hand.page);
  const [link] = await slips(hand.page);
  await hand.click("button", zh["people.slips.done"]);
  return link!;
}

const slips = (page: Page) => page.locator(".slip code").allInnerTexts();

async function importBook(hand: Hand, visit: Visit, what: "office" | "party" | "people", rows: readonly (readonly string[])[]): Promise<void> {
  const { page } = hand;
  await hand.click("button", zh["people.excel"]);
  await hand.click("button", zh[`people.excel.${what}`]);
  hand.clicks++;
  await page.getByLabel(zh["records.import.file"]).setInputFiles(book(rows));
  await hand.click("button", zh["records.import.check"], page.getByRole("dialog"));
  await page.getByRole("dialog").getByRole("status").first().waitFor();
  await visit.settled(page);
}

const agree = async (hand: Hand, name: string) => {
  await hand.click("button", new RegExp(`^${zh["people.agree"]} .*${name}`));
};

test("from an empty folder: three administrators, units and people by Excel, roles by two, a policy as a ZIP, an application", async (visit) => {
  const empty = new Program(newFolder());
  await empty.run("init");
  await empty.start();
  try {
    // Set-up: the first one is the security administrator.
    const page = await visit.open(await empty.says(/http:\/\/\S+\/w\/set-up#link=[0-9a-f]+(?=[^0-9a-f])/));
    const security = new Hand(page, visit, "安全管理员");
    for (const [name, value] of Object.entries({ name: "anquan", display_name: "虚构安全", password, again: password, office: "虚构省知识产权局" })) {
      security.entries++;
      await page.locator(`input[name="${name}"]`).fill(value);
    }
    security.entries++;
    await page.getByLabel(zh["common.province"]).selectOption("510000");
    await security.click("button", zh["signin.setUp.verb"]);
    await enrol(security, empty);
    await security.click("button", zh["signin.continue"]);
    await page.getByRole("heading", { name: "虚构省知识产权局" }).waitFor();
    await visit.settled(page);

    // The other two, each in a browser of his own.
    const invited = [await invite(visit, security, "虚构系统", "xitong", "系统管理员"), await invite(visit, security, "虚构审计", "shenji", "审计管理员")];
    const system = await join_(visit, empty, invited[0]!, "系统管理员");
    const audit = await join_(visit, empty, invited[1]!, "审计管理员");
    assert.ok(await audit.page.getByRole("link", { name: zh["people.title"] }).count());

    // A city, two centres and their people by Excel, with bad rows.
    await system.click("link", zh["people.title"]);
    const dialog = system.page.getByRole("dialog");
    await importBook(system, visit, "office", [["名称", "类型", "辖区"], ["虚构市市场监督管理局", "市（州）局", "510100"]]);
    await system.click("button", zh["records.import"], dialog);
    await dialog.getByText(label("records.import.done", { created: 1, changed: 0, unchanged: 0, rejected: 0 })).waitFor();
    await system.click("button", zh["common.close"], dialog);
    await importBook(system, visit, "party", [
      ["名称", "统一社会信用代码", "类型", "所在地"],
      ["虚构甲运营中心", "91990000MADEM0001J", "单位", "510104"],
      ["虚构乙运营中心", "91990000MADEM0013R", "单位", "510105"],
      ["代码有误的中心", "91990000MADEM0013X", "单位", "510105"],
    ]);
    await system.click("button", zh["records.import"], dialog);
    await dialog.getByText(label("records.import.done", { created: 2, changed: 0, unchanged: 0, rejected: 1 })).waitFor();
    await system.click("button", zh["common.close"], dialog);
    const people = [
      ["登录名", "姓名", "单位", "角色"],
      ["shengju", "虚构省甲", "虚构省知识产权局", "省局工作人员"],
      ["lingdao", "虚构省领导", "虚构省知识产权局", "省局负责人"],
      ["shiju", "虚构市甲", "虚构市市场监督管理局", "市局工作人员"],
      ["jia", "虚构甲负责", "91990000MADEM0001J", "中心负责人"],
      ["yi", "虚构乙负责", "虚构乙运营中心", "中心负责人"],
      ["cuo", "单位不存在", "没有这个单位", "中心负责人"],
      ["cuo2", "角色不合", "虚构乙运营中心", "市局工作人员"],
    ];
    await importBook(system, visit, "people", people);
    await dialog.getByText(label("people.import.told", { made: 5, unchanged: 0, rejected: 2 })).waitFor();
    await visit.look(system.page);
    const [rejected] = await Promise.all([system.page.waitForEvent("download"), system.click("button", zh["records.import.rejects"], dialog)]);
    const told = cells(await rejected.path());
    assert.match(told, /没有这个单位/);
    assert.match(told, /cuo2/);
    assert.doesNotMatch(told, /shengju/);
    await system.click("button", label("people.import.run", { n: 5 }), dialog);
    await dialog.getByText(label("people.import.done", { made: 5, unchanged: 0, rejected: 2 })).waitFor();
    await system.click("button", label("people.import.slips", { n: 5 }), dialog);
    await system.page.getByRole("heading", { name: zh["people.slips"], exact: true }).waitFor();
    await visit.settled(system.page);
    const links = await slips(system.page);
    assert.equal(links.length, 5);
    await visit.look(system.page);
    await system.page.emulateMedia({ media: "print" });
    assert.equal(await system.page.locator(".slip svg").count() >= 5, true);
    await system.page.emulateMedia({ media: null });
    await system.click("button", zh["people.slips.done"]);
    // The same file again changes nothing.
    await importBook(system, visit, "people", people);
    await dialog.getByText(label("people.import.told", { made: 0, unchanged: 5, rejected: 2 })).waitFor();
    await system.click("button", zh["common.cancel"], dialog);

    // Roles count once a second administrator agrees.
    await page.reload();
    await visit.settled(page);
    assert.equal(await page.locator(".request").count(), 5);
    await visit.look(page);
    for (const name of ["虚构省甲", "虚构省领导", "虚构市甲", "虚构甲负责"]) await agree(security, name);
    await security.click("button", new RegExp(`^${zh["case.confirm.refuse"]} .*虚构乙负责`));
    await security.type(field("case.input.reason"), "任职文件未附", page.getByRole("dialog"));
    await security.click("button", zh["case.confirm.refuse"], page.getByRole("dialog"));
    await page.getByText(zh["people.requests.none"]).waitFor();

    // One of the three administrators holds no other role: refused at once, and where it becomes so later nobody can agree.
    await system.page.reload();
    await visit.settled(system.page);
    visit.expected.push(/409/);
    await system.click("button", "虚构省甲");
    await system.click("button", zh["people.give"]);
    await choose(system, zh["people.role"], "审计管理员");
    await system.page.getByText(label("people.conflict.with", { role: "省局工作人员" })).waitFor();
    await system.type(field("case.input.reason"), "人手不足", dialog);
    await system.click("button", zh["people.give.verb"], dialog);
    await dialog.getByRole("alert").last().waitFor();
    await system.click("button", zh["common.cancel"], dialog);
    await invite(visit, system, "虚构省乙", "shengyi");
    await system.click("button", "虚构省乙");
    for (const role of ["系统管理员", "省局工作人员"]) {
      await system.click("button", zh["people.give"]);
      await choose(system, zh["people.role"], role);
      await system.type(field("case.input.reason"), "虚构的理由", dialog);
      await system.click("button", zh["people.give.verb"], dialog);
      await dialog.waitFor({ state: "detached" });
    }
    await system.page.locator(".request", { hasText: zh["people.request.waits"] }).first().waitFor();
    await page.reload();
    await visit.settled(page);
    const asked = (role: string) => page.locator(".request", { hasText: role });
    await asked("省局工作人员").getByRole("button", { name: new RegExp(`^${zh["people.agree"]}`) }).click();
    security.clicks++;
    await asked("系统管理员").getByText(zh["people.conflict"]).waitFor();
    await visit.settled(page);
    assert.equal(await asked("系统管理员").getByRole("button").count(), 0);
    await visit.look(page);

    // Who proposed and who approved stands beside the role.
    await security.click("button", "虚构省乙");
    await page.getByText("虚构系统 / 虚构安全").first().waitFor();

    // An invitation is used, in a browser of its own.
    const manager = await join_(visit, empty, links[3]!, "中心负责人");
    await manager.page.locator(".bar-who", { hasText: "虚构甲运营中心" }).waitFor();

    Hand.tell("from set-up to roles");

    // A policy as a ZIP: its lint, put into effect by two; a call of it, and an application begins.
    const officer = await join_(visit, empty, links[0]!, "省局工作人员");
    await officer.click("link", zh["policies.title"]);
    await officer.click("button", zh["policy.load"]);
    const loading = officer.page.getByRole("dialog");
    const folder = packBooks();
    await loading.locator("input[type=file]").setInputFiles(join(folder, "faulty.zip"));
    await loading.getByText(/^查出 \d+ 处错误/).waitFor();
    await loading.locator("tbody tr", { hasText: "clauses.yaml" }).first().waitFor();
    await loading.locator("input[type=file]").setInputFiles(join(folder, "mended.zip"));
    officer.clicks += 2;
    await loading.getByText(/^测试用例 \d+ 例，0 例不成立。$/).waitFor();
    await visit.settled(officer.page);
    await officer.press("Escape");
    await officer.click("link", /^四川省产业知识产权运营中心建设管理工作指引/);
    await officer.click("link", zh["policy.view.versions"]);
    await officer.click("button", zh["policy.activate"]);
    await officer.type(field("case.input.reason"), "虚构：启用", officer.page.getByRole("dialog"));
    await officer.click("button", zh["case.propose.verb"].replace("{action}", zh["policy.activate"]), officer.page.getByRole("dialog"));
    await officer.page.getByText(zh["policy.proposed"]).waitFor();
    const leader = await join_(visit, empty, links[1]!, "省局负责人");
    await leader.page.goto(`${empty.address}/w/todo`);
    await visit.settled(leader.page);
    await leader.open("工作指引", zh["desk.verb.confirm"]);
    await leader.click("checkbox", zh["case.confirm.tick"]);
    await leader.page.locator(".confirm-foot .ant-btn-primary").click();
    leader.clicks++;
    await leader.page.waitForURL(/\/todo$/);
    await officer.click("link", zh["calls.title"]);
    await officer.click("button", zh["calls.new"]);
    await officer.type(/^批次名称/, "虚构：第一批");
    officer.entries++;
    await officer.page.getByRole("combobox", { name: "政策" }).selectOption("sc-yunying-2025");
    await officer.type(/^受理开始/, "2026-11-20");
    await officer.type(/^受理截止/, "2026-12-31");
    await officer.click("button", zh["records.enter"]);
    await officer.click("button", /^开放申报/);
    if (await officer.page.getByRole("dialog").count()) await officer.click("button", /^开放申报/, officer.page.getByRole("dialog"));
    await manager.page.goto(`${empty.address}/w/calls`);
    await visit.settled(manager.page);
    await manager.click("button", `${zh["apply.begin"]} 申报认定`, manager.page.locator("section, li, article, tr", { hasText: "虚构：第一批" }).last());
    await manager.page.getByRole("dialog").getByRole("radio", { name: "市（州）局" }).click();
    await manager.click("button", zh["apply.begin"], manager.page.getByRole("dialog"));
    await manager.page.waitForURL(/\/w\/case\/\d+\/form$/);
    await visit.settled(manager.page);
    Hand.tell("from a policy as a ZIP to an application");
    await visit.leave();
  } finally {
    await empty.stop();
  }
});

test("what names a person is erased by law: one closes and proposes, the leader confirms", async (visit) => {
  const page = await visit.enter(changed, "secadmin", "/people?unit=15&person=104");
  const security = new Hand(page, visit);
  await security.click("button", zh["people.disable"]);
  await security.type(field("case.input.reason"), "离职", page.getByRole("dialog"));
  await security.click("button", zh["people.disable"], page.getByRole("dialog"));
  await security.click("button", zh["people.erase"]);
  const erasing = page.getByRole("dialog");
  security.entries++;
  await erasing.getByLabel(field("people.erase.ground")).selectOption("pipl_47_1_3");
  await security.type(field("case.input.reason"), "本人申请", erasing);
  await visit.look(page);
  await security.click("button", zh["people.erase"], erasing);
  await erasing.waitFor({ state: "detached" });
  await page.locator(".request", { hasText: zh["people.request.waits"] }).waitFor(); // his own: no button agrees
  assert.equal(await page.getByRole("button", { name: field("people.agree") }).count(), 0);
  const leader = new Hand(await visit.enter(changed, "leader", "/todo"), visit);
  await leader.open(zh["people.erase"].slice(0, 4), zh["desk.verb.confirm"]);
  await leader.click("checkbox", zh["case.confirm.tick"]);
  leader.clicks++;
  await leader.page.locator(".confirm-foot .ant-btn-primary").click();
  await leader.page.waitForURL(/\/todo$/);
  await page.reload();
  await visit.settled(page);
  await page.getByText(zh["people.erased"]).first().waitFor();
  console.log(`# erasure: ${security.clicks + leader.clicks} clicks, ${security.entries} fields`);
});

const roles = ["secadmin", "sysadmin", "auditadmin", "centre1", "officer", "city", "company", "expert", "auditor"];
test("who sees units, people and roles", async (visit) => {
  visit.expected.push(/403/);
  for (const who of roles)
    for (const [at, may] of [["/people", ["secadmin", "sysadmin", "auditadmin", "centre1"]], ["/roles", ["secadmin", "sysadmin", "auditadmin"]]] as const) {
      const page = await visit.enter(demo, who, at);
      await visit.settled(page);
      assert.equal(await page.getByText(zh["common.missing"]).count(), may.includes(who as never) ? 0 : 1, `${who} ${at}`);
      if (who === "centre1" && at === "/people") assert.equal(await page.locator(".people-units").count(), 0);
      if (who === "auditadmin") assert.equal(await page.getByRole("button", { name: new RegExp(zh["people.invite"]) }).count(), 0);
      await page.close();
    }
});

test("a unit is found by name, code and person; what is not there has its nearest names", async (visit) => {
  const page = await visit.enter(demo, "secadmin", "/people");
  const box = page.getByLabel(zh["people.find"]);
  await box.fill("91990000MADEM0001J");
  await page.locator(".people-units .people-leaf", { hasText: "成都青岚" }).waitFor();
  await box.fill("冯甲");
  await page.locator(".people-units .people-leaf", { hasText: "成都青岚" }).waitFor();
  await box.fill("青岚电子中心成都");
  await page.getByText(label("people.none", { words: "青岚电子中心成都" })).waitFor();
  await page.locator(".people-units .people-leaf", { hasText: "成都青岚" }).click();
  await page.getByRole("heading", { name: "成都青岚电子信息运营中心（演示）" }).waitFor();
  await page.getByRole("button", { name: "冯甲（演示）" }).click();
  await page.locator(".people-can").waitFor();
  assert.ok((await page.locator(".people-can tbody tr").count()) <= 6);
  await visit.settled(page);
  await visit.look(page);
  await visit.magnify(page);
});
