/* Four people take an application from the first page to a paper whose QR opens the public check: by Sichuan's guideline in
 * the demo, then in the example province, whose pack is a folder of its instance. Clicks and entered fields are printed. */
import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Locator } from "playwright-core";
import { texts, type Page, type Visit } from "./browser.ts";
import { copyOfDemo, newFolder, Program } from "./program.ts";
import { test } from "./suite.ts";

const { zh } = texts;
const words = (key: keyof typeof zh, values: Record<string, string | number> = {}): string => zh[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));

const pdf = (name: string) => ({
  name,
  mimeType: "application/pdf",
  buffer: Buffer.from(`%PDF-1.4\n%${name}\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n`),
});

/* Whoever sits at a window; what he clicks and enters is counted over all his windows. */
class Hand {
  clicks = 0;
  entries = 0;
  page!: Page;

  constructor(
    readonly name: string,
    private readonly visit: Visit,
    private readonly program: Program,
  ) {}

  /* A new window at the first page. */
  async enter(): Promise<void> {
    await this.page?.close();
    this.page = await this.visit.enter(this.program, this.name, "/");
  }

  settled = (): Promise<void> => this.visit.settled(this.page);

  async click(at: Locator): Promise<void> {
    this.clicks++;
    await at.first().click();
    await this.settled();
  }

  async type(at: Locator, text: string): Promise<void> {
    this.entries++;
    await at.first().fill(text);
  }

  async attach(at: Locator, ...names: string[]): Promise<void> {
    this.entries++;
    await at.first().setInputFiles(names.map(pdf));
    for (const name of names) await this.page.getByText(name).first().waitFor();
    await this.settled();
  }

  menu = (title: string) => this.page.getByRole("navigation", { name: zh["shell.menu"] }).getByRole("link", { name: new RegExp(`^${title}`) });
  button = (name: string | RegExp) => this.page.getByRole("button", { name, exact: true });

  /* From the first page to the dialog of a step, which is filled in and sent. */
  async step(party: string, label: string, fill: (dialog: Locator) => Promise<void> = async () => {}): Promise<void> {
    await this.open(party);
    await this.next(label, fill);
  }

  /* The step of the case that the page shows. */
  async next(label: string, fill: (dialog: Locator) => Promise<void> = async () => {}): Promise<void> {
    const dialog = this.page.getByRole("dialog", { name: label });
    if (!(await dialog.count())) await this.click(this.page.getByRole("button", { name: new RegExp(`^(${zh["case.do"]}|${zh["case.propose"]}) ${label}$`) }));
    await this.send(dialog, label, fill);
  }

  /* The row of the party in the list of all tasks. */
  async open(party: string): Promise<void> {
    await this.enter();
    await this.click(this.menu(zh["desk.box.todo"]));
    await this.click(this.page.locator(".task").filter({ hasText: party }).locator("a.button"));
  }

  async send(dialog: Locator, label: string, fill: (dialog: Locator) => Promise<void> = async () => {}): Promise<void> {
    const reason = dialog.getByLabel(new RegExp(`^${zh["case.input.reason"]}`));
    if (await reason.count()) await this.type(reason, `虚构：${label}`);
    await fill(dialog);
    await this.visit.read(this.page);
    await this.click(dialog.locator(".ant-btn-primary"));
    await this.page.locator(".do").waitFor({ state: "detached" });
  }

  /* A step of the ticked rows of a queue. */
  async batch(label: string, verb: "do" | "propose" = "do"): Promise<void> {
    await this.click(this.button(label));
    const reason = this.page.getByLabel(new RegExp(`^${zh["review.reason"]} ${zh["common.required"]}$`));
    if (await reason.count()) await this.type(reason, `虚构：${label}`);
    await this.click(this.button(words(`review.${verb}`, { step: label, n: 1 })));
  }

  async tick(party: string): Promise<void> {
    await this.click(this.page.locator(".queue tbody tr", { hasText: party }).getByRole("checkbox"));
  }

  /* The second person's page, from the first. */
  async confirm(party: string, label: string): Promise<void> {
    await this.open(party);
    await this.visit.read(this.page);
    await this.click(this.page.getByLabel(zh["case.confirm.tick"]));
    await this.click(this.button(words("case.confirm.verb", { action: label })));
  }

  told = (): string => `# ${this.name}: ${this.clicks} clicks, ${this.entries} fields`;
}

/* Experts, their sheets, their points and what the meeting came to. */
async function meet(hand: Hand, day: string, count: number): Promise<void> {
  await hand.click(hand.page.getByRole("link", { name: zh["meeting.record"] }));
  await hand.type(hand.page.getByLabel(new RegExp(`^${zh["meeting.day"]}`)), day);
  await hand.type(hand.page.getByLabel(new RegExp(`^${zh["meeting.basis"]}`)), "虚构的评审工作方案");
  const experts = hand.page.locator(".meeting-experts input");
  for (let i = 0; i < count; i++) await hand.click(experts.nth(i));
  await hand.attach(hand.page.locator('input[type="file"]'), "签字评分表.pdf");
  const points = hand.page.locator(".meeting-points tbody input[inputmode=decimal]");
  for (let i = 0; i < count; i++) await hand.type(points.nth(i), "86");
  await hand.type(hand.page.getByLabel(new RegExp(`^${zh["review.reason"]} `)), "虚构：专家组一致同意");
  await hand.click(hand.button(words("meeting.do", { n: 1 })));
  await hand.page.waitForURL(/review\/province/);
}

/* Where it was made public: one site. */
async function fillSite(hand: Hand, within: Locator, now: string): Promise<void> {
  await hand.click(within.getByRole("button", { name: zh["fields.row.add"] }));
  await within.getByLabel(/^类别 1/).selectOption("website");
  await hand.type(within.getByLabel(/^标题 1/), "虚构公示");
  await hand.type(within.getByLabel(/^网址 1/), "https://example.invalid/notice");
  await hand.type(within.getByLabel(/^发布时间 1/), now.slice(0, 10));
  await hand.type(within.locator('.field-time'), now.slice(11, 16));
}

/* The QR of the first page of a paper of the case, read as a camera does, opened by anybody. */
async function openCode(visit: Visit, hand: Hand, program: Program, title: string): Promise<Page> {
  await hand.click(hand.page.getByRole("link", { name: zh["case.tab.papers"] }));
  await hand.click(hand.page.getByRole("button", { name: new RegExp(`^${title}`) }));
  const picture = hand.page.locator("img.paper-view-sheet");
  await picture.waitFor();
  const address = (await picture.getAttribute("src"))!.replace(/width=\d+/, "width=2000");
  const bytes = await hand.page.evaluate(async (at) => Array.from(new Uint8Array(await (await fetch(at)).arrayBuffer())), address);
  const file = join(newFolder(), "paper.png");
  writeFileSync(file, Buffer.from(bytes));
  const code = execFileSync("zbarimg", ["--nodbus", "--quiet", "--raw", file], { encoding: "utf8", stdio: "pipe" }).trim();
  console.log(`# ${title}: ${code}`);
  return visit.open(program.address + new URL(code, program.address).pathname);
}

/* A folder with the instance that example_world.py makes. */
async function exampleWorld(): Promise<string> {
  const { ROOT = "", ZHIYUN = "", CLOCK = "" } = process.env;
  const folder = join(newFolder(), "example");
  await promisify(execFile)("python3", [join(ROOT, "web/app/tests/example_world.py"), ZHIYUN, CLOCK, folder]);
  return folder;
}

const beijing = (ms: number) => new Date(ms + 8 * 3600_000).toISOString();
const DAY = 86_400;

test("Sichuan's guideline, in the demo", async (visit) => {
  const demo = await new Program(await copyOfDemo()).start();
  const [applicant, city, officer, leader] = ["centre30", "city", "officer", "leader"].map((name) => new Hand(name, visit, demo)) as [Hand, Hand, Hand, Hand];
  const party = "成都岷川工业软件运营中心";
  try {
    await demo.setPublicAddress(demo.address);
    await applicant.enter();
    await applicant.click(applicant.menu(zh["apply.title"]));
    await applicant.click(applicant.page.getByRole("link", { name: `${zh["apply.goOn"]} 申报认定` }));
    await applicant.click(applicant.button(zh["form.foot.submit"]));
    await applicant.click(applicant.page.getByRole("checkbox", { name: zh["submit.lists.tick"] }));
    await applicant.click(applicant.page.getByRole("checkbox", { name: zh["submit.promise.tick"] }));
    await applicant.click(applicant.button("向市（州）局申报"));
    await applicant.page.getByRole("heading", { name: zh["submit.done"] }).waitFor();
    console.log(applicant.told());
    assert.ok(applicant.clicks <= 20 && applicant.entries <= 8);

    await city.enter();
    await city.click(city.menu(zh["review.city"]));
    await city.tick(party);
    for (const label of ["受理", "资格审查", "材料审核", "择优推荐"]) await city.batch(label);
    console.log(city.told());
    assert.ok(city.clicks <= 12, String(city.clicks));

    await officer.enter();
    await officer.click(officer.menu(zh["review.province"]));
    await officer.tick(party);
    await officer.batch("复核");
    await officer.click(officer.page.getByRole("link", { name: /^已复核/ }));
    await officer.tick(party);
    await meet(officer, beijing(demo.now()).slice(0, 10), 3);
    await officer.tick(party);
    await officer.click(officer.button("公示"));
    await fillSite(officer, officer.page.locator("main"), beijing(demo.now()));
    await officer.click(officer.button(words("review.do", { step: "公示", n: 1 })));
    await officer.page.getByText(words("review.done", { step: "公示", n: 1 })).waitFor();
    for (const one of [applicant, city, officer]) await one.page.close(); // their sessions end
    demo.forward(20 * DAY);
    await officer.enter();
    await officer.click(officer.menu(zh["review.province"]));
    await officer.click(officer.page.getByRole("link", { name: /^公示中/ }));
    await officer.tick(party);
    await officer.click(officer.button("正式认定"));
    await officer.type(officer.page.getByLabel(/^文号/), "虚构〔2026〕1号");
    await officer.click(officer.button(words("review.propose", { step: "正式认定", n: 1 })));
    await leader.confirm(party, "正式认定");
    console.log(officer.told());
    console.log(leader.told());
    assert.ok(officer.clicks + leader.clicks <= 30, String(officer.clicks + leader.clicks));

    const outside = await openCode(visit, leader, demo, "认定证书");
    await outside.getByRole("link", { name: /证书页面/ }).click();
    await outside.getByRole("heading", { name: zh["cert.valid"], exact: true }).waitFor();
    await visit.leave();
  } finally {
    await demo.stop();
  }
});

test("the example province, whose pack no program holds", async (visit) => {
  const program = await new Program(await exampleWorld(), Date.UTC(2026, 4, 4, 1)).start();
  const [applicant, city, officer, leader] = ["example_centre", "example_city", "example_officer", "example_leader"].map((name) => new Hand(name, visit, program)) as [Hand, Hand, Hand, Hand];
  const party = "虚构centreX";
  try {
    await program.setPublicAddress(program.address);
    await applicant.enter();
    await applicant.click(applicant.menu(zh["apply.title"]));
    await applicant.click(applicant.button(/^开始申报 申报认定/));
    const begin = applicant.page.getByRole("dialog");
    if (await begin.getByRole("radio", { name: "省局" }).count()) await applicant.click(begin.getByRole("radio", { name: "省局" }));
    await applicant.click(begin.locator(".ant-btn-primary"));
    await applicant.page.waitForURL(/\/form$/);
    await applicant.settled();
    await applicant.click(applicant.page.locator("main").getByRole("link"));
    await applicant.click(applicant.page.getByRole("link", { name: zh["case.tab.materials"], exact: true }));
    await applicant.click(applicant.page.getByRole("button", { name: new RegExp(`^${zh["materials.add"]}`) }).first());
    await applicant.attach(applicant.page.locator('input[type="file"]'), "协同中心申报书.pdf", "与参加单位签订的合作协议.pdf");
    await applicant.click(applicant.button(zh["form.edit.done"]));
    await applicant.page.getByText(zh["materials.complete"]).waitFor();
    await applicant.next("申报");
    console.log(applicant.told());
    assert.ok(applicant.clicks <= 20 && applicant.entries <= 8);

    await officer.step(party, "形式审查合格");
    await officer.enter();
    await officer.click(officer.menu(zh["review.province"]));
    await officer.tick(party);
    await meet(officer, "2026-05-04", 5);

    await city.step(party, "出具推荐函");
    console.log(city.told());
    assert.ok(city.clicks <= 12, String(city.clicks));

    await officer.step(party, "研究确定拟认定名单");
    await officer.next("公示", async (dialog) => fillSite(officer, dialog, beijing(program.now())));
    for (const one of [applicant, city, officer]) await one.page.close(); // their sessions end
    program.forward(16 * DAY);
    await officer.step(party, "发文认定", async (dialog) => {
      await officer.click(dialog.getByRole("checkbox", { name: "同时出具 认定决定" }));
      for (const field of await dialog.getByRole("textbox").all()) if (!(await field.inputValue())) await officer.type(field, "云知函〔2026〕1号");
    });
    await leader.confirm(party, "发文认定");
    console.log(officer.told());
    console.log(leader.told());
    assert.ok(officer.clicks + leader.clicks <= 30, String(officer.clicks + leader.clicks));
    const outside = await openCode(visit, leader, program, "认定决定");
    await outside.getByText("云知函〔2026〕1号").first().waitFor();
    await visit.leave();
  } finally {
    await program.stop();
  }
});
