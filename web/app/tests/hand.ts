/* Somebody at a page: what is clicked and typed is counted, and of a role added up. */
import { createHmac } from "node:crypto";
import { texts, type Page, type Visit } from "./browser.ts";

const { zh } = texts;
const DIALOG = "[role=dialog]";
type Typed = readonly (readonly [label: string | RegExp, text: string])[];

export const PDF = {
  name: "材料（演示）.pdf",
  mimeType: "application/pdf",
  buffer: Buffer.from("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"),
};

/* RFC 6238: the six digits of an authenticator at this moment, from its base32 secret. */
export function digitsOf(secret: string, ms: number): string {
  const bits = [...secret.replace(/[\s=]/g, "")].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(ms / 30_000)));
  const mac = createHmac("sha1", key).update(counter).digest();
  return String((mac.readUInt32BE(mac[19]! & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

export class Hand {
  private static hands: Hand[] = [];
  clicks = 0;
  entries = 0;

  constructor(
    readonly page: Page,
    private readonly visit: Visit,
    private readonly role?: string,
  ) {
    Hand.hands.push(this);
  }

  /* What each role did since the last time. */
  static tell(title: string): void {
    const sum = (role: string, what: "clicks" | "entries") => Hand.hands.filter((one) => one.role === role).reduce((n, one) => n + one[what], 0);
    for (const role of new Set(Hand.hands.flatMap((one) => one.role ?? []))) console.log(`# ${title}, ${role}: ${sum(role, "clicks")} clicks, ${sum(role, "entries")} fields`);
    Hand.hands = [];
  }

  settled = (): Promise<void> => this.visit.settled(this.page);

  async click(role: "button" | "link" | "checkbox" | "tab" | "radio", name: string | RegExp, within = this.page.locator("body")): Promise<void> {
    this.clicks++;
    await within.getByRole(role, { name, exact: typeof name === "string" }).first().click();
    await this.visit.settled(this.page);
  }

  async type(label: string | RegExp, text: string, within = this.page.locator("body")): Promise<void> {
    this.entries++;
    await within.getByLabel(label, { exact: typeof label === "string" }).first().fill(text);
  }

  async press(keys: string): Promise<void> {
    this.clicks++;
    await this.page.keyboard.press(keys);
    await this.visit.settled(this.page);
  }

  async attach(within = DIALOG): Promise<void> {
    this.clicks++;
    await this.page.locator(`${within} input[type=file]`).first().setInputFiles(PDF);
    await this.page.locator(within).getByText(PDF.name).first().waitFor();
    await this.visit.settled(this.page);
  }

  /* A step of the case on this page: its button, unless its dialog is open, what it asks, its verb. */
  async take(step: string, typed: Typed = [], opened = false): Promise<void> {
    if (!opened) await this.click("button", `${zh["case.do"]} ${step}`);
    const dialog = this.page.getByRole("dialog");
    for (const [label, text] of typed) await this.type(label, text, dialog);
    await this.click("button", step, dialog);
    await dialog.waitFor({ state: "detached" });
  }

  /* A step of the record on this page: its button, what its dialog asks, its verb. What asks nothing is done at once. `refused`:
   * the words of the refusal, which stays. */
  async act(step: string, fill?: (dialog: ReturnType<Page["locator"]>) => Promise<void>, refused?: string): Promise<void> {
    const done = refused ? undefined : this.page.waitForResponse((reply) => reply.url().includes("/actions/") && reply.ok());
    await this.click("button", step);
    const dialog = this.page.getByRole("dialog");
    if (fill) {
      await fill(dialog);
      await this.click("button", step, dialog);
    }
    if (refused) {
      await dialog.getByText(refused).first().waitFor();
      await this.click("button", zh["common.cancel"], dialog);
    }
    await done;
    await dialog.waitFor({ state: "detached" });
    await this.settled();
  }

  /* Proposes a step that two persons decide. */
  async propose(step: string, typed: Typed, opened = false): Promise<void> {
    if (!opened) await this.click("button", `${zh["case.propose"]} ${step}`);
    const dialog = this.page.getByRole("dialog");
    for (const [label, text] of typed) await this.type(label, text, dialog);
    await this.click("button", zh["case.propose.verb"].replace("{action}", step), dialog);
    await this.page.getByRole("button", { name: zh["case.proposal.withdraw"] }).waitFor();
    if (await dialog.count()) await this.press("Escape"); // it says who may confirm
  }

  /* Confirms what a colleague proposed, from the tasks. */
  async confirm(unit: string, step: string): Promise<void> {
    await this.open(unit, zh["desk.verb.confirm"]);
    await this.click("checkbox", zh["case.confirm.tick"]);
    await this.click("button", zh["case.confirm.verb"].replace("{action}", step));
    await this.page.waitForURL(/\/(revoke|case)\/\d+$/);
    await this.visit.settled(this.page);
  }

  /* From a row of the tasks to the page where it is done. */
  async open(task: string, verb: string = zh["desk.verb"]): Promise<void> {
    this.clicks++;
    await this.page.locator(".task", { hasText: task }).getByRole("link", { name: new RegExp(`^${verb}`) }).first().click();
    await this.visit.settled(this.page);
  }
}
