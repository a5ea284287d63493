/* Panels whose experts score online, from the case that waits for one to its step: twenty experts each, drawn by two officers.
 * What is published is drawn again here, by other lines than those of the page. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { texts, type Page, type Visit } from "./browser.ts";
import { Hand } from "./hand.ts";
import { ownDemo } from "./program.ts";
import { before, test } from "./suite.ts";

const { zh } = texts;
const SEATS = 20;
const EXPERTS = 23; // the first two are employed by the parties whose cases are judged

interface Way {
  person: string;
  second: string;
  case: number;
  employed: number; // the expert who works for its party
  step: string;
  weights: Record<string, string>; // by head; none: each counts alike
  heads: number;
}

interface Draw {
  frozen: string;
  digest: string;
  seed: string;
  head_root: string;
  commitments: { part: number; commitment: string; value: string }[];
  members: { field: string; place: number; expert: number; state: string }[];
}

const employers = [
  { name: "绵阳安昌研究院转移转化中心（演示）", credit_code: "91990000MADEM0060M" },
  { name: "绵阳远瓴雷达有限公司（演示）", credit_code: "91990000MADEM00352" },
];
const nameOf = (n: number) => `评审专家${n}（演示）`;

const demo = ownDemo(async (program) => {
  const { users } = await program.json<{ users: { name: string; unit: string }[] }>("user", "list");
  const pool = users.find(({ name }) => name === "expert")!.unit;
  for (let n = 1; n <= EXPERTS; n++) await program.run("user", "add", `judge${n}`, "--display-name", nameOf(n), "--unit", pool, "--role", "expert");
});

before(async () => {
  const { token } = await demo.json<{ token: string }>("user", "token", "officer");
  for (let n = 1; n <= EXPERTS; n++) {
    const body = {
      name: nameOf(n),
      id_number: residentId(n),
      account_name: `judge${n}`,
      consent: true,
      fields: ["law"],
      employments: [{ ...(employers[n - 1] ?? { name: "虚构大学" }), to: false }],
      employments_complete: true,
    };
    const made = await fetch(`${demo.address}/api/v1/records/expert`, { method: "POST", headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" }, body: JSON.stringify(body) });
    assert.equal(made.status, 201, await made.text());
    // Who never signed in is not drawn.
    const link = (await demo.link(`judge${n}`)).split("#link=")[1]!;
    const signed = await fetch(`${demo.address}/api/v1/session/link`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ link }) });
    assert.equal(signed.status, 200, await signed.text());
  }
});

/* GB 11643 with its check digit; born 1900: nobody's. */
function residentId(n: number): string {
  const body = `51010019000101${String(700 + n)}`;
  const sum = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2].reduce((all, weight, at) => all + weight * Number(body[at]), 0);
  return body + "10X98765432"[sum % 11];
}

/* --- the draw, again: src/panel/README says it byte by byte -------------------------------------- */

const sha256 = (...parts: (string | Buffer)[]) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();

function orderOf(experts: number[], seed: Buffer, field: string): number[] {
  const order = [...experts].sort((a, b) => a - b);
  const words: bigint[] = [];
  let block = 0n;
  const next = (): bigint => {
    if (words.length === 0) {
      const count = Buffer.alloc(8);
      count.writeBigUInt64BE(block++);
      const digest = sha256("zhiyun-draw/1\n", seed, `${field}\n`, count);
      for (let at = 0; at < 32; at += 8) words.push(digest.readBigUInt64BE(at));
    }
    return words.shift()!;
  };
  for (let i = order.length; i > 1; i--) {
    const m = BigInt(i);
    let word = next();
    while (word >= 2n ** 64n - (2n ** 64n % m)) word = next();
    const j = Number(word % m);
    [order[i - 1], order[j]] = [order[j]!, order[i - 1]!];
  }
  return order;
}

function replay({ frozen, digest, seed, head_root, commitments, members }: Draw): void {
  assert.equal(sha256(frozen).toString("hex"), digest);
  const values = [...commitments].sort((a, b) => a.part - b.part);
  for (const { value, commitment } of values) assert.equal(sha256(Buffer.from(value, "hex")).toString("hex"), commitment);
  const own = sha256(...values.map(({ value }) => Buffer.from(value, "hex")), Buffer.from(head_root, "hex"));
  assert.equal(own.toString("hex"), seed);
  const { pool, conflicts, left_out } = JSON.parse(frozen) as { pool: { expert: number; fields: string[] }[]; conflicts: { expert: number }[]; left_out: { expert: number }[] };
  const out = new Set([...conflicts, ...left_out].map(({ expert }) => expert));
  const order = orderOf(pool.filter(({ expert, fields }) => fields.includes("law") && !out.has(expert)).map(({ expert }) => expert), own, "law");
  assert.deepEqual(members.map(({ expert }) => expert), order.slice(0, members.length));
}

/* --- walks ---------------------------------------------------------------------------------------- */

const picture = async (page: Page, name: string) => void (process.env.PICTURES && (await page.screenshot({ path: `${process.env.PICTURES}/${name}.png` })));

/* What the API says to who is signed in on a page. */
const asked = <T>(page: Page, path: string) => page.evaluate(async (at) => (await fetch(at)).json(), `${demo.address}/api/v1${path}`) as Promise<T>;
const answered = (page: Page, path: string) => page.evaluate(async (at) => (await fetch(at)).status, `${demo.address}/api/v1${path}`);

/* From the obstacle of the case to experts who are drawn; the number of the panel. */
async function form(visit: Visit, way: Way): Promise<number> {
  const page = await visit.enter(demo, way.person, `/case/${way.case}`);
  const hand = new Hand(page, visit, "officer");
  await hand.click("link", zh["panel.online"], page.locator(".case-action-shut", { has: page.getByRole("heading", { name: way.step, exact: true }) }));
  await hand.type(new RegExp(`^${zh["meeting.basis"]}`), "虚构的评审工作方案");
  await hand.type(new RegExp(`^${zh["panel.new.due"]}`), "2026-11-27");
  await page.keyboard.press("Escape");
  await hand.click("radio", zh["panel.new.lot"]);
  await hand.type(zh["panel.new.seats.of"].replace("{field}", "知识产权法律"), String(SEATS));
  for (const [head, weight] of Object.entries(way.weights)) await hand.type(head, weight);
  await visit.look(page);
  await picture(page, `panel-new-${way.case}`);
  await hand.click("button", zh["panel.new.do"]);
  await page.waitForURL(/\/panels\/\d+$/);
  await visit.settled(page);
  const panel = Number(/\d+$/.exec(page.url())![0]);
  await page.locator("summary", { hasText: "不能参加" }).click();
  await page.locator("details", { hasText: nameOf(way.employed) }).waitFor();
  await visit.look(page);
  await picture(page, `panel-pool-${way.case}`);
  await hand.click("button", zh["panel.freeze"]);
  const second = await visit.enter(demo, way.second, `/panels/${panel}`);
  const others = new Hand(second, visit, "second officer");
  for (const one of [hand, others]) {
    await one.click("button", zh["draw.commit"]);
    await one.page.getByText("已承诺").waitFor();
  }
  for (const one of [hand, others])
    for (;;) {
      await one.click("button", zh["draw.reveal"]);
      const said = one.page.getByText(zh["draw.revealed"]).or(one.page.getByRole("heading", { name: new RegExp(`^${zh["panel.members"]}`) }));
      const early = one.page.locator(".note-mend");
      await said.or(early).first().waitFor();
      if ((await said.count()) > 0) break; // else the head of both values is not signed yet
      await one.page.waitForTimeout(300);
    }
  await page.reload();
  await visit.settled(page);
  await page.locator("summary", { hasText: zh["panel.draw.facts"] }).click();
  await hand.click("button", zh["panel.draw.again"]);
  await page.getByText(zh["panel.draw.same"].replace("{n}", String(SEATS))).waitFor();
  replay((await asked<{ items: Draw[] }>(page, `/panels/${panel}/draws`)).items[0]!);
  await visit.look(page);
  await picture(page, `panel-drawn-${way.case}`);
  await page.context().close();
  await second.context().close();
  return panel;
}

/* From the first page to a sheet that is handed in. `n` is which of the panel's sheets it is. */
async function score(visit: Visit, account: string, way: Way, panel: number, n: number): Promise<Page> {
  const page = await visit.enter(demo, account, "/");
  const hand = new Hand(page, visit, "expert");
  await hand.click("link", new RegExp(`^${zh["score.answer"]}`));
  if (n === 0) {
    await visit.look(page);
    await picture(page, `score-statement-${way.case}`);
  }
  await hand.click("button", zh["score.statement.none"]);
  await hand.click("link", new RegExp(`^${zh["score.open"]} `));
  await page.locator(".paper-view img").waitFor();
  const points = page.locator(".score-points");
  assert.equal(await points.count(), way.heads);
  for (let head = 0; head < way.heads; head++) {
    const full = Number(/[\d.]+/.exec((await points.nth(head).locator("xpath=..").innerText()).trim())![0]);
    await points.nth(head).fill(String(Math.round(full * (60 + n)) / 100));
    hand.entries++;
  }
  await hand.type(zh["score.opinion"], `虚构意见${n}`);
  await hand.click("radio", zh["meeting.pass"]);
  if (n === 0) {
    await hand.click("button", zh["score.quote"]);
    await visit.look(page);
    await picture(page, `score-sheet-${way.case}`);
    await interrupted(page, visit);
  }
  await hand.click("button", zh["score.submit"]);
  await page.waitForURL(new RegExp(`/score/${panel}$`));
  await page.getByText(zh["score.state.locked"]).waitFor();
  assert.ok(hand.clicks <= 8, `${hand.clicks} clicks for a file`);
  return page;
}

/* The server is away for a while: what is typed meanwhile is there when it is back. */
async function interrupted(page: Page, visit: Visit): Promise<void> {
  await demo.stop();
  await page.getByLabel(zh["score.opinion"]).fill("虚构意见，断线时所写");
  await page.getByText(zh["score.sheet.offline"]).waitFor();
  await demo.start();
  await page.getByText(zh["score.sheet.offline"]).waitFor({ state: "detached" });
  await page.reload();
  await visit.settled(page);
  assert.equal(await page.getByLabel(zh["score.opinion"]).inputValue(), "虚构意见，断线时所写");
}

interface Panel {
  members: { name: string; state: string; expert: number }[];
  cases: { case: number }[];
}

async function walk(visit: Visit, way: Way): Promise<void> {
  visit.expected.push(/\/actions\/reveal/, /503 .*\/api\/v1\//); // no head covers both values yet; the server is away
  const panel = await form(visit, way);
  const office = await visit.enter(demo, way.person, `/panels/${panel}`);
  const hand = new Hand(office, visit, "officer");
  const read = () => asked<Panel>(office, `/panels/${panel}`);
  const invited = (await read()).members;
  assert.equal(invited.length, SEATS);
  const own = ({ name }: { name: string }) => /^评审专家/.test(name);
  const accountOf = ({ name }: { name: string }) => `judge${/\d+/.exec(name)![0]}`;
  assert.ok(invited.every(({ name }) => name !== nameOf(way.employed)), "who is employed by the party is not drawn");

  // Who has a conflict sees nothing of it, from his first page on.
  const apart = await visit.enter(demo, `judge${way.employed}`, "/");
  assert.equal(await apart.getByRole("link", { name: new RegExp(`^${zh["score.answer"]}`) }).count(), 0);
  const at = (await read()).cases[0]!.case;
  visit.expected.push(/\/api\/v1\/panels\//);
  for (const path of ["", "/parties", "/scores", `/scores/${at}`, `/scores/${at}/file`]) assert.ok([403, 404].includes(await answered(apart, `/panels/${panel}${path}`)), path);
  await apart.context().close();

  // One cannot come, and the next of the same draw follows; one declares a tie, and has no case.
  const [refusing, tied, ...rest] = invited.filter(own);
  const no = await visit.enter(demo, accountOf(refusing!), "/");
  const noHand = new Hand(no, visit, "expert who refuses");
  await noHand.click("link", new RegExp(`^${zh["score.answer"]}`));
  await noHand.click("button", zh["score.refuse"]);
  await noHand.type(new RegExp(`^${zh["case.input.reason"]}`), "虚构：出差", no.getByRole("dialog"));
  await noHand.click("button", zh["score.refuse"], no.getByRole("dialog"));
  await no.waitForURL(/\/score$/);
  await no.context().close();
  const bound = await visit.enter(demo, accountOf(tied!), "/");
  const boundHand = new Hand(bound, visit, "expert with a tie");
  await boundHand.click("link", new RegExp(`^${zh["score.answer"]}`));
  await bound.getByRole("checkbox").first().check();
  await bound.getByLabel(/^与.*的关系/).fill("虚构：近亲属任职");
  await boundHand.click("button", /有利害关系$/);
  await bound.getByText(zh["score.files.none"]).waitFor();
  assert.equal(await answered(bound, `/panels/${panel}/scores/${at}/file`), 404);
  await picture(bound, `score-tied-${way.case}`);
  await bound.context().close();

  const after = (await read()).members.filter(({ state }) => state === "invited");
  const judges = after.length;
  for (const [n, one] of after.entries()) {
    const account = own(one) ? accountOf(one) : { 专家甲: "expert", 专家乙: "expert-b", 专家丙: "expert-c", 专家丁: "expert-d", 专家戊: "expert-e", 专家己: "expert-f" }[one.name.slice(0, 3)]!;
    const page = await score(visit, account, way, panel, n);
    if (n === 0) {
      // A locked sheet does not change, whoever asks; two officers open it again.
      await hand.settled();
      await office.reload();
      await visit.settled(office);
      await hand.click("button", zh["panel.reopen.of"].replace("{name}", one.name));
      await hand.type(new RegExp(`^${zh["case.input.reason"]}`), "虚构：笔误", office.getByRole("dialog"));
      await hand.click("button", zh["panel.reopen"], office.getByRole("dialog"));
      await office.getByText(zh["panel.reopen.waits"]).waitFor();
      const second = await visit.enter(demo, way.second, "/todo");
      const other = new Hand(second, visit, "second officer");
      await other.open("重新开放", zh["desk.verb.confirm"]);
      await picture(second, `reopen-${way.case}`);
      await other.click("checkbox", zh["case.confirm.tick"]);
      await other.click("button", /^确认/);
      await second.waitForURL(/\/todo/);
      await second.context().close();
      await page.reload();
      await visit.settled(page);
      const again = new Hand(page, visit, "expert who corrects");
      await again.click("link", new RegExp(`^${zh["score.open"]} `));
      await again.type(zh["score.opinion"], "虚构意见，更正后");
      await again.click("button", zh["score.submit"]);
      await page.getByText(zh["score.state.locked"]).waitFor();
    }
    await page.context().close();
  }

  await office.reload();
  await visit.settled(office);
  await picture(office, `panel-scored-${way.case}`);
  await visit.look(office);
  await hand.type(new RegExp(`^${zh["review.reason"]} `), "虚构：专家组一致同意");
  await hand.click("button", zh["panel.close"]);
  await office.getByRole("heading", { name: zh["panel.report"] }).waitFor();
  await visit.settled(office);
  await visit.look(office);
  await picture(office, `panel-report-${way.case}`);
  const report = await asked<{ cases: { sheets: { total: { decimal: string } }[]; spread: { mean: { decimal: string } } }[] }>(office, `/panels/${panel}/report`);
  const sheets = report.cases[0]!.sheets;
  assert.equal(sheets.length, judges);
  assert.equal(judges, SEATS - 1); // twenty seats: one declared a tie, who refused was followed by another
  const mean = sheets.reduce((sum, one) => sum + Number(one.total.decimal), 0) / sheets.length;
  assert.ok(Math.abs(mean - Number(report.cases[0]!.spread.mean.decimal)) < 0.001);
  // The case goes on.
  await visit.move(office, `/w/case/${way.case}`);
  await hand.take(way.step, [[new RegExp(`^${zh["case.input.reason"]}`), "虚构：按专家组意见"]]);
  Hand.tell(`a panel of ${SEATS} over case ${way.case}`);
  assert.ok(rest.length > 0);
}

test("twenty experts are drawn for the application of a base, each scores on his page, and the application goes on", async (visit) => {
  const weights = { 知识产权优势明显: "20", 较完善的知识产权管理制度: "16", 较强的科研实力和科研技术中试基础: "16", 知识产权市场化流转能力强: "16", 创新研发和市场转化的特色明显: "16", 区域或领域的创新转化辐射带动效应突出: "16" };
  await walk(visit, { person: "ipcentre", second: "ipcentre2", case: 142, employed: 1, step: "专家评审通过", weights, heads: 6 });
});

test("twenty experts are drawn for the acceptance of a cultivation project and score its heads without weights", async (visit) => {
  await walk(visit, { person: "officer", second: "leader", case: 71, employed: 2, step: "记录专家验收意见", weights: {}, heads: 2 });
});

