/* The system without a shell: backups made, checked by a restore and made at their time, a damaged one told, a job
 * cancelled, mail tested, a year of working days given, a clock confirmed; and who has which page. */
import assert from "node:assert/strict";
import { copyFileSync, existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { texts, type Page, type Visit } from "./browser.ts";
import { Hand } from "./hand.ts";
import { freePort, ownDemo, sharedDemo } from "./program.ts";
import { after, before, test } from "./suite.ts";

const demo = ownDemo();
const late = ownDemo(async (one) => one.forward(40 * 86_400)); // its server stood still for longer than a month
const readers = sharedDemo();
const { zh } = texts;
const KEEPER = "keeper"; // a system administrator with a mail address

const said = (key: keyof typeof zh, values: Record<string, string | number> = {}) => zh[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
const folder = () => join(demo.data, "backups");
const backups = () => (existsSync(folder()) ? readdirSync(folder()) : []).filter((name) => name.endsWith(".backup")).sort();
const row = (page: Page, name: string) => page.locator(".system-backups tbody tr", { hasText: name });

before(async () => {
  const { token } = await demo.json<{ token: string }>("user", "token", "secadmin");
  const made = await fetch(`${demo.address}/api/v1/accounts`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ name: KEEPER, display_name: "系统管理员二（演示）", email: "keeper@example.invalid", unit: 1, reason: "虚构" }),
  });
  assert.equal(made.status, 201, await made.text());
  await demo.run("user", "grant", KEEPER, "system_administrator");
});

/* --- a mail server on the loopback ------------------------------------------------------------------------- */

const letters: string[] = [];
let mail: Server;
const port = freePort();
before(
  () =>
    new Promise<void>((done) => {
      mail = createServer((socket) => {
        let data = false;
        let text = "";
        socket.on("error", () => {});
        socket.write("220 mail.example.invalid\r\n");
        socket.on("data", (piece) => {
          text += piece.toString("utf8");
          for (let end = text.indexOf("\r\n"); end >= 0; end = text.indexOf("\r\n")) {
            if (data) {
              const over = text.indexOf("\r\n.\r\n");
              if (over < 0) return;
              letters.push(text.slice(0, over));
              text = text.slice(over + 5);
              data = false;
              socket.write("250 kept\r\n");
              continue;
            }
            const word = text.slice(0, 4).toUpperCase();
            text = text.slice(end + 2);
            data = word === "DATA";
            socket.write(data ? "354 go on\r\n" : word === "QUIT" ? "221 bye\r\n" : "250 well\r\n");
          }
        });
      }).listen(port, "127.0.0.1", () => done());
    }),
);
after(() => void mail.close());

/* --- backups ------------------------------------------------------------------------------------------------ */

const check = async (visit: Visit, page: Page, hand: Hand, name: string, verdict: keyof typeof zh) => {
  await hand.click("button", /^验证恢复/, row(page, name));
  await row(page, name).getByText(zh[verdict]).waitFor();
  await visit.settled(page);
};

test("a backup is made and checked by a restore, a damaged one is told, a check that waits is cancelled", async (visit) => {
  const page = await visit.enter(demo, "sysadmin", "/system", { width: 1440, height: 900 });
  const hand = new Hand(page, visit, "system administrator");
  await page.getByText(zh["system.backups.none"]).waitFor();

  await hand.click("button", zh["system.backUp"]);
  await page.locator(".system-backups").waitFor();
  const [made] = backups();
  assert.ok(made, "there is a backup");
  await row(page, made).getByText(zh["system.holds.open"]).waitFor();
  await row(page, made).getByText(zh["system.checked.never"]).waitFor();
  const part = page.locator(".system-components tr", { hasText: zh["system.part.backups"] });
  await part.getByText(`${zh["system.state.unchecked"]}；${zh["system.state.sameDisk"]}`, { exact: false }).waitFor();
  await check(visit, page, hand, made, "system.checked.good");
  await part.getByText(zh["system.state.unchecked"], { exact: false }).waitFor({ state: "detached" });
  await part.getByText(zh["system.state.sameDisk"], { exact: false }).waitFor();
  const about = JSON.parse(readFileSync(join(folder(), `${made}.json`), "utf8")) as Record<"made" | "checked", { rows: number; entries: number }>;
  assert.deepEqual([about.checked.rows, about.checked.entries], [about.made.rows, about.made.entries]);
  assert.match(await row(page, made).innerText(), /张表 [\d,]+ 行、[\d,]+ 个附件的哈希与备份清单一致，[\d,]+ 条日志核验通过/);
  assert.deepEqual(readdirSync(demo.data).filter((name) => name.startsWith("restore-")), [], "nothing is left of the restore");
  await visit.look(page);

  const bytes = readFileSync(join(folder(), made));
  bytes.fill(0x78, bytes.length >> 1, (bytes.length >> 1) + 4);
  writeFileSync(join(folder(), "damaged.backup"), bytes);
  await page.reload();
  await visit.settled(page);
  await check(visit, page, hand, "damaged.backup", "system.checked.damaged");
  assert.ok((await row(page, "damaged.backup").locator("small").last().innerText()).length > 4, "it says what is wrong");
  await visit.look(page);

  // Two run at a time: what waits is ended before it began.
  const others = ["copy-a", "copy-b", "copy-c", "copy-d"].map((name) => join(folder(), `${name}.backup`));
  for (const other of others) copyFileSync(join(folder(), made), other);
  for (const other of [...others, join(folder(), "damaged.backup")]) utimesSync(other, demo.now() / 1000 - 86_400, demo.now() / 1000 - 86_400);
  await page.reload();
  await visit.settled(page);
  for (const name of ["copy-a", "copy-b", "copy-c", "copy-d"]) {
    hand.clicks++;
    await row(page, `${name}.backup`).getByRole("button", { name: /^验证恢复/ }).click();
    await row(page, `${name}.backup`).getByText(zh["system.checking"]).or(row(page, `${name}.backup`).getByText(zh["system.checked.good"])).first().waitFor();
  }
  hand.clicks++;
  await page.locator(".job-list tr", { hasText: "copy-d.backup" }).getByRole("button", { name: said("system.job.cancel.of", { name: zh["system.job.backup_check"] }) }).click();
  await page.getByText(zh["system.running.none"]).waitFor();
  await hand.click("link", zh["system.jobs.all"]);
  const cancelled = page.locator(".job-list tr", { hasText: "copy-d.backup" }).first();
  await cancelled.getByText(zh["system.job.cancelled"], { exact: true }).waitFor();
  await visit.look(page);
  await hand.click("button", said("system.job.retry.of", { name: zh["system.job.backup_check"] }), cancelled);
  await cancelled.getByText(zh["system.job.done"], { exact: true }).waitFor();
  await hand.click("link", zh["system.title"]);
  await row(page, "copy-d.backup").getByText(zh["system.checked.good"]).waitFor();
  await visit.magnify(page);
  Hand.tell("a backup made, checked, a damaged one told, a check cancelled and done again");
});

test("backups are made at the chosen time, sealed with a passphrase, and the oldest go", async (visit) => {
  const page = await visit.enter(demo, KEEPER, "/system");
  const hand = new Hand(page, visit, "system administrator");
  const at = new Date(demo.now() + 8 * 3600_000 + 600_000).toISOString().slice(11, 16);
  const before = backups();

  await hand.click("button", zh["system.set.backup"]);
  const sheet = page.getByRole("dialog");
  await sheet.getByText(zh["system.backup.open"]).waitFor();
  await visit.look(page);
  await hand.type(new RegExp(`^${zh["system.backup.at"]}`), at, sheet);
  await hand.type(new RegExp(`^${zh["system.backup.keep"]}`), "2", sheet);
  await hand.click("radio", zh["system.backup.setSealed"], sheet);
  await hand.type(new RegExp(`^${zh["system.backup.passphrase.label"]}`), "一句虚构的备份口令，够长", sheet);
  await hand.type(new RegExp(`^${zh["system.backup.passphrase.again"]}`), "一句虚构的备份口令，够长", sheet);
  await hand.type(new RegExp(`^${zh["case.input.reason"]}`), "每天一份", sheet);
  await visit.look(page);
  await hand.click("button", zh["system.save"], sheet);
  await sheet.getByText(zh["system.backup.sealed"]).waitFor();
  await hand.click("button", zh["common.close"], sheet);
  await page.getByText(said("system.backups.plan", { at, n: 2 })).waitFor();
  assert.deepEqual(backups(), before, "it is not time yet");

  demo.forward(660);
  await page.locator(".system-backups").getByText(zh["system.holds.sealed"]).waitFor();
  const left = backups();
  const made = left.find((name) => !before.includes(name))!;
  const told = (name: string): { made?: object; checked?: { state: string } } => (existsSync(join(folder(), `${name}.json`)) ? JSON.parse(readFileSync(join(folder(), `${name}.json`), "utf8")) : {});
  const good = [...before].reverse().find((name) => told(name).checked?.state === "good")!; // there is one
  const ours = left.filter((name) => told(name).made);
  assert.deepEqual(left.filter((name) => !ours.includes(name)), before.filter((name) => !told(name).made), "what others put there stays");
  assert.ok(ours.includes(made) && left.includes(good), left.join(" "));
  assert.ok(ours.length <= 3, `the two latest stay, and the latest good one: ${ours.join(" ")}`);
  assert.equal(readFileSync(join(folder(), made)).subarray(0, 16).toString(), "zhiyun-backup/1 ");
  await check(visit, page, hand, made, "system.checked.good");
  await visit.settled(page);
  Hand.tell("backups scheduled and one checked");
});

/* --- mail --------------------------------------------------------------------------------------------------- */

test("mail is set up and tested against its server, and a refusal is told", async (visit) => {
  const guard = await visit.enter(demo, "secadmin", "/system?set=hosts");
  const guardian = new Hand(guard, visit, "security administrator");
  await guardian.type(new RegExp(`^${zh["system.hosts.host"]}`), "127.0.0.1", guard.getByRole("dialog"));
  await guardian.type(new RegExp(`^${zh["system.hosts.port"]}`), String(port), guard.getByRole("dialog"));
  await guardian.click("checkbox", zh["system.hosts.inside"]);
  await guardian.type(new RegExp(`^${zh["case.input.reason"]}`), "本机的邮件服务器", guard.getByRole("dialog"));
  await guardian.click("button", zh["system.hosts.add"]);
  await guard.getByText(`127.0.0.1:${port}`).waitFor();
  await visit.look(guard);

  const page = await visit.enter(demo, KEEPER, "/system");
  const hand = new Hand(page, visit, "system administrator");
  await hand.click("button", zh["system.verb.mail"]);
  await hand.click("button", zh["system.mail.set"]);
  await hand.type(new RegExp(`^${zh["system.mail.url"]}`), `smtp://127.0.0.1:${port}`);
  await hand.type(new RegExp(`^${zh["system.mail.sender"]}`), "zhiyun@example.invalid");
  await hand.click("checkbox", zh["system.mail.plain"]);
  await hand.type(new RegExp(`^${zh["case.input.reason"]}`), "启用邮件");
  await visit.look(page);
  await hand.click("button", zh["system.save"]);
  await hand.click("button", said("system.mail.test.of", { name: zh["system.channel.mail"] }));
  await page.getByText(zh["system.mail.sent"]).waitFor();
  assert.equal(letters.length, 1);
  assert.match(letters[0]!, /To: .*keeper@example\.invalid/);
  await visit.look(page);

  await new Promise((done) => mail.close(done));
  await hand.click("button", said("system.mail.test.of", { name: zh["system.channel.mail"] }));
  await page.getByText(zh["system.mail.refused"]).waitFor();
  await visit.settled(page);
  Hand.tell("mail set up and tested");
});

/* --- days and clock ----------------------------------------------------------------------------------------- */

test("a further year of working days is given with its source, and a line that is none is told", async (visit) => {
  const page = await visit.enter(demo, "officer", "/workdays");
  const hand = new Hand(page, visit, "province officer");
  await page.getByText(zh["system.workdays.missing"]).waitFor();
  await hand.click("button", said("system.workdays.add", { year: 2027 }));
  const sheet = page.getByRole("dialog");
  await hand.type(new RegExp(`^${zh["system.workdays.source.label"]}`), "国务院办公厅关于2027年部分节假日安排的通知（虚构）", sheet);
  await hand.type(new RegExp(`^${zh["system.workdays.days"]}`), "2027-01-01 放假 元旦\n2027年5月1日 放假 劳动节\n十月一日 放假 国庆节", sheet);
  await sheet.getByText(said("system.workdays.bad", { lines: 3 })).waitFor();
  assert.ok(await sheet.getByRole("button", { name: said("system.workdays.do", { year: 2027 }) }).isDisabled());
  await visit.look(page);
  await hand.type(new RegExp(`^${zh["system.workdays.days"]}`), "2027-01-01 放假 元旦\n2027年5月1日 放假 劳动节\n2027/10/1 放假 国庆节\n2027/10/2 放假 国庆节\n2027/10/3 放假 国庆节\n2027-10-09 上班 国庆节", sheet);
  await sheet.getByText(said("system.workdays.read", { rest: 5, work: 1 })).waitFor();
  await hand.click("button", said("system.workdays.do", { year: 2027 }), sheet);
  await page.getByText(/2027 年的安排已录入/).waitFor();
  await hand.click("link", "2027");
  await page.getByText("国务院办公厅关于2027年部分节假日安排的通知（虚构）").waitFor();
  assert.equal(await page.locator(".workdays-year td.work").count(), 1);
  await visit.look(page);
  await visit.magnify(page);
  Hand.tell("a year of working days given");
  // A day was entered wrongly: it is corrected by the same people, and the years of the program are not.
  await hand.click("button", said("system.workdays.correct", { year: 2027 }));
  const days = sheet.getByLabel(new RegExp(`^${zh["system.workdays.days"]}`));
  const entered = await days.inputValue();
  assert.match(entered, /2027-10-09 上班/);
  await days.fill(`${entered.replace("2027-10-09 上班", "2027-10-16 上班")}\n十月一日 放假`);
  await sheet.getByText(/看不懂/).waitFor();
  await days.fill("2027-01-01 放假");
  visit.expected.push(/400.*\/api\/v1\/workdays/);
  await hand.click("button", said("system.workdays.correct.do", { year: 2027 }), sheet);
  const refusal = sheet.getByRole("alert");
  await refusal.waitFor();
  assert.doesNotMatch(await refusal.innerText(), /table|[a-z]{3,}/);
  await days.fill(entered.replace("2027-10-09 上班", "2027-10-10 上班"));
  await visit.look(page);
  await hand.click("button", said("system.workdays.correct.do", { year: 2027 }), sheet);
  await page.getByText(/2027 年的安排已更正/).waitFor();
  await page.locator(".workdays-year table[aria-label='2027-10'] td.work", { hasText: /^10$/ }).waitFor();
  await hand.click("link", "2026");
  assert.equal(await page.getByRole("button", { name: said("system.workdays.correct", { year: 2026 }) }).count(), 0);
  Hand.tell("a year of working days corrected");
});

test("a clock in doubt is told, and a security administrator confirms it", async (visit) => {
  const seen = await visit.enter(late, "sysadmin", "/system?set=clock");
  await seen.getByText(zh["system.guards"]).waitFor();
  const page = await visit.enter(late, "secadmin", "/system");
  const hand = new Hand(page, visit, "security administrator");
  await page.getByText(zh["system.state.clock"]).waitFor();
  await hand.click("button", zh["system.verb.clock"]);
  await hand.type(new RegExp(`^${zh["case.input.reason"]}`), "与授时服务器一致");
  await visit.look(page);
  await hand.click("button", zh["system.clock.do"]);
  await page.getByText(zh["system.clock.good"]).waitFor();
  await page.locator("tr", { hasText: zh["system.part.clock"] }).getByText(zh["system.fact.clock"], { exact: true }).waitFor();
  await visit.settled(page);
  Hand.tell("a clock confirmed");
});

/* --- who has which page --------------------------------------------------------------------------------------- */

test("the pages of the system are their readers', and nobody else's", async (visit) => {
  for (const person of ["officer", "centre1", "auditor", "expert"]) {
    visit.expected.push(/403.*\/api\/v1\/(system|backups|backup-plan)/);
    const page = await visit.enter(readers, person, "/system");
    await page.getByRole("heading", { name: zh["common.missing"] }).waitFor();
    await visit.move(page, `${readers.address}/w/jobs`);
    await page.getByRole("heading", { name: zh["system.jobs"], exact: true }).waitFor();
    assert.equal(await page.getByRole("link", { name: zh["system.jobs.program"] }).count(), 0, person);
    await visit.move(page, `${readers.address}/w/workdays`);
    assert.equal(await page.getByRole("button", { name: /^录入/ }).count(), person === "officer" ? 1 : 0, person);
  }
  for (const person of ["secadmin", "auditadmin"]) {
    const page = await visit.enter(readers, person, "/system", { language: "en" });
    assert.equal(await page.getByRole("button", { name: texts.en["system.backUp"] }).count(), 0, person);
    for (const set of ["signin", "backup", "mail", "limits", "address"]) {
      await visit.move(page, `${readers.address}/w/system?set=${set}`);
      assert.equal(await page.getByRole("button", { name: texts.en["system.save"] }).count(), 0, `${person} ${set}`);
    }
    await visit.look(page);
  }
});
