/* The windows of a test, in the one browser of all tests. A test fails when any page that it opened broke the content
 * security policy, asked another host, reported an error or showed raw text; at its end each open page is read once
 * more: its language is set, and an English page marks its Chinese. Only `look` runs axe. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import en from "../text/en/index.ts";
import type { Catalogue, Language } from "../text/index.ts";
import zh from "../text/zh/index.ts";
import { Program } from "./program.ts";
import { follow } from "./walks.ts";

export type { Language, Page };
export const texts: Record<Language, Catalogue> = { zh, en };

const AXE = readFileSync(createRequire(`${process.env.ROOT}/web/app/package.json`).resolve("axe-core/axe.min.js"), "utf8");
const AREAS = [...new Set(Object.keys(zh).map((key) => key.split(".")[0]))].join("|");

/* What the console says of a request to a server that is away, or that ends before it answers. */
const NO_ANSWER = /net::ERR_(CONNECTION_(REFUSED|RESET|CLOSED)|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED)/;

const LONG = 60_000;

let launched: Promise<Browser> | undefined;

/* The browser; another is started when it has died. */
function running(): Promise<Browser> {
  const forget = (): void => void (launched = undefined);
  return (launched ??= chromium
    .launch({
      executablePath: process.env.CHROMIUM,
      args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-gpu"],
    })
    .then(
      (browser) => browser.once("disconnected", forget),
      (error) => {
        forget();
        throw error;
      },
    ));
}

export async function closeBrowser(): Promise<void> {
  await (await launched?.catch(() => undefined))?.close();
}

export interface Look {
  language?: Language;
  width?: number;
  height?: number;
  now?: number; // the time that pages believe it is, in ms; else that of the program at the address
}

export class Visit {
  readonly faults: string[] = [];
  readonly expected: RegExp[] = []; // errors that the browser's console may report
  private readonly contexts: BrowserContext[] = [];

  private readonly hosts = new Set<string>();

  /* `file`: that of the test. */
  constructor(private readonly file = "") {}

  /* This address in a new window without cookies. */
  async open(address: string, { language = "zh", width = 1366, height = 768, now = Program.at(address)?.now() }: Look = {}): Promise<Page> {
    this.hosts.add(new URL(address).host);
    if (now === undefined) throw new Error(`no program under test serves ${address}: say the time`);
    const context = await (await running()).newContext({
      viewport: { width, height },
      locale: language === "zh" ? "zh-CN" : "en-US",
      timezoneId: "America/New_York",
      acceptDownloads: true,
      ignoreHTTPSErrors: true, // the proxy of a test makes its own certificate
    });
    this.contexts.push(context);
    context.setDefaultTimeout(LONG);
    await context.addInitScript(moveClock, now - Date.now());
    await this.watch(context);
    await context.addInitScript(`try { localStorage.getItem("zhiyun.language") ?? localStorage.setItem("zhiyun.language", "${language}") } catch {}`);
    const page = await context.newPage();
    await follow(page, this.file);
    await page.goto(address);
    return page;
  }

  /* The same, signed in by a one-time link, at an address of the workbench. */
  async enter(program: Program, name: string, at: string, look: Look = {}): Promise<Page> {
    const page = await program.inTurn(name, async () => {
      const page = await this.open((await program.link(name)).replace("#", `?to=${encodeURIComponent(at)}#`), look);
      await page.getByRole("button", { name: texts[look.language ?? "zh"]["signin.signIn"], exact: true }).click();
      // A page may complete its address as soon as it is there: the path alone is certain.
      const { pathname } = new URL(program.address + (at === "/" ? "/w" : `/w${at}`));
      await page.waitForURL((url) => url.pathname === pathname);
      return page;
    });
    // The address changes before the page of the sign-in is taken away.
    await page.locator(".shell").waitFor();
    await this.settled(page);
    return page;
  }

  /* Goes to an address of the workbench within the application, as a click on a link does. */
  async move(page: Page, address: string): Promise<void> {
    await page.evaluate((to) => {
      history.pushState({ key: Math.random().toString(36).slice(2), idx: 0, usr: null }, "", to);
      dispatchEvent(new PopStateEvent("popstate", { state: history.state as unknown }));
    }, address);
    await this.settled(page);
  }

  /* Waits until the page of the address is drawn, has its heading and loads nothing more. The page counts its own
   * requests: a browser need not report the end of those of a page that was left. */
  async settled(page: Page): Promise<void> {
    const loading = (): Promise<string[]> =>
      page.evaluate(
        () =>
          new Promise<string[]>((done) =>
            requestAnimationFrame(() =>
              requestAnimationFrame(() => {
                const drawn = document.querySelector<HTMLElement>("main[data-location]")?.dataset.location;
                const moving = drawn && drawn !== (history.state?.key ?? "default") ? ["the page before"] : [];
                const busy = [...document.querySelectorAll(".waiting, [aria-busy=true], [role=progressbar], .ant-skeleton")].map((one) => one.className);
                done([...moving, ...(document.title ? [] : ["title"]), ...(document.readyState === "complete" ? [] : ["document"]), ...busy, ...(window as unknown as { pending: Set<string> }).pending]);
              }),
            ),
          ),
      );
    await page.locator("h1").first().waitFor();
    const until = Date.now() + LONG;
    for (let times = 0; times < 3; ) {
      const left = await loading();
      times = left.length ? 0 : times + 1;
      if (Date.now() > until) throw new Error(`the page is not done: ${left.join(" ")}`);
      await page.waitForTimeout(20);
    }
  }

  private async watch(context: BrowserContext): Promise<void> {
    context.on("request", (request) => {
      const url = new URL(request.url());
      if (url.protocol.startsWith("http") && !this.hosts.has(url.host)) this.faults.push(`another host is asked: ${url.href}`);
    });
    context.on("weberror", (error) => this.faults.push(`error in a page: ${error.error().stack ?? error.error()}`));
    context.on("console", (message) => {
      const told = `${message.text()} ${message.location().url}`;
      if (message.location().url.endsWith("/api/v1/events")) return; // a stream that ends: its page opens another
      if (NO_ANSWER.test(told) && Program.at(message.location().url)?.wasStopped) return; // its pages ask while it is away
      if (message.type() === "error" && !this.expected.some((one) => one.test(told))) this.faults.push(`console: ${told}`);
    });
    await context.exposeBinding("reportFault", ({ page }, text: string) => void this.faults.push(`${text} (${page.url()})`));
    await context.addInitScript(watchPage, AREAS);
  }

  /* The page as it stands: its language, and Chinese that an English page does not mark. */
  async read(page: Page): Promise<void> {
    this.faults.push(...(await languageFaults(page)).map((fault) => `${fault} (${page.url()})`));
  }

  /* The same, and no serious fault that axe finds. axe takes a second: this is for pages (pages.test.ts), and for
   * dialogs and states that no address shows. */
  async look(page: Page): Promise<void> {
    await this.read(page);
    this.faults.push(...(await accessibility(page)).map((fault) => `${fault} (${page.url()})`));
  }

  /* The same page at 200 % of a desk's screen: no text lies over another. */
  async magnify(page: Page): Promise<void> {
    const before = page.viewportSize()!;
    await page.setViewportSize({ width: 720, height: 450 });
    await this.settled(page);
    assert.deepEqual(await page.evaluate(overprints), [], page.url());
    await page.setViewportSize(before);
  }

  /* Closes the pages before their server stops, which they would ask again. */
  async leave(): Promise<void> {
    for (const context of this.contexts)
      for (const page of context.pages()) {
        await this.read(page);
        await page.close();
      }
  }

  async end(): Promise<void> {
    for (const context of this.contexts) for (const page of context.pages()) await this.read(page);
    assert.deepEqual(this.faults, []);
  }

  /* What the pages show, for who reads of the failure. */
  async shown(): Promise<string> {
    let told = "";
    for (const context of this.contexts)
      for (const page of context.pages()) told += `${page.url()}\n${(await page.locator("body").innerText().catch(String)).slice(0, 1500)}\n`;
    return told;
  }

  async close(): Promise<void> {
    for (const context of this.contexts) {
      for (const page of context.pages()) await page.close().catch(() => {}); // its browser may have died
      await context.close().catch(() => {});
    }
  }
}

/* Runs in each page before its own scripts: its clock is so many ms ahead. Timers and frames stay those of the browser. */
function moveClock(ahead: number): void {
  const real = Date.now;
  const now = (): number => real() + ahead;
  const Moved = new Proxy(Date, {
    construct: (target, words: unknown[], made) => Reflect.construct(target, words.length ? words : [now()], made) as Date,
    apply: () => new Date(now()).toString(),
  });
  Date.now = now;
  Date.prototype.constructor = Moved;
  window.Date = Moved;
}

/* Runs in each page before its own scripts. */
function watchPage(areas: string): void {
  const pending = new Set<string>();
  const send = window.fetch;
  let sent = 0;
  Object.assign(window, { pending });
  window.fetch = async (...request) => {
    const name = `${++sent}: ${(request[0] as Request).url ?? request[0]}`;
    pending.add(name);
    try {
      const answer = await send(...request);
      void answer.clone().arrayBuffer().catch(() => {}).finally(() => pending.delete(name));
      return answer;
    } catch (error) {
      pending.delete(name);
      throw error;
    }
  };
  const report = (window as unknown as { reportFault(text: string): void }).reportFault;
  document.addEventListener("securitypolicyviolation", (e) => report(`policy: ${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`));
  const raw = new RegExp(`\\b(?:${areas})\\.[a-z_]+\\b|\\bundefined\\b|\\bNaN\\b|\\[object |\\bInvalid Date\\b`);
  const seen = new Set<string>();
  const check = (node: Node): void => {
    if (/^(SCRIPT|STYLE|TEXTAREA)$/.test((node.parentElement ?? node).nodeName)) return;
    const found = node.nodeType === Node.TEXT_NODE && raw.exec(node.nodeValue ?? "");
    if (found && !node.parentElement?.closest("[lang]:not(html), pre") && !seen.has(found[0])) {
      seen.add(found[0]);
      report(`raw text: "${node.nodeValue!.slice(0, 200)}"`);
    }
    node.childNodes.forEach(check);
  };
  new MutationObserver((changes) => {
    for (const change of changes) change.type === "characterData" ? check(change.target) : change.addedNodes.forEach(check);
  }).observe(document, { childList: true, characterData: true, subtree: true });
}

/* Chinese that an English page shows without saying that it is Chinese. An English sentence may hold a Chinese name,
 * and an aria-label may quote what stands somewhere in the page as Chinese. */
function chineseIn(): string[] {
  const found = new Set<string>();
  const han = /\p{Script=Han}+/gu;
  const tagged = [...document.body.querySelectorAll("[lang^=zh]")].map((element) => element.textContent).join("\n");
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement!;
    if (node.nodeValue!.match(han) && !/[a-z]{2}/i.test(node.nodeValue!) && !parent.closest("[lang^=zh], script, style, noscript") && parent.getClientRects().length) found.add(node.nodeValue!.trim().slice(0, 80));
  }
  for (const element of document.body.querySelectorAll("[aria-label], [title], [placeholder], [alt]"))
    for (const name of ["aria-label", "title", "placeholder", "alt"]) {
      const value = element.getAttribute(name) ?? "";
      if (!element.closest("[lang^=zh]") && value.match(han)?.some((run) => !tagged.includes(run))) found.add(`${name}: ${value.slice(0, 80)}`);
    }
  return [...found];
}

async function languageFaults(page: Page): Promise<string[]> {
  if (page.url() === "about:blank") return [];
  const faults: string[] = [];
  const language = await page.evaluate(() => document.documentElement.lang);
  if (language === "en") for (const text of await page.evaluate(chineseIn)) faults.push(`Chinese in an English page: ${text}`);
  else if (language !== "zh-CN") faults.push(`lang of the page is "${language}"`);
  return faults;
}

interface Violation {
  id: string;
  impact: string;
  nodes: { html: string; failureSummary: string }[];
}

/* Serious and critical violations of WCAG that axe finds. Its script comes in by the debugger: the policy bars it. */
async function accessibility(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  const evaluate = async (expression: string): Promise<unknown> => {
    const { result, exceptionDetails } = await session.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  };
  await evaluate(`typeof axe === "object" || (() => { ${AXE} })()`);
  const found = (await evaluate(`axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations)`)) as Violation[];
  await session.detach();
  return found
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, impact, nodes }) => `axe ${impact} ${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 200)).join(" | ")}`);
}

/* Runs in a page: texts that lie over others, or beyond the edge of the window. What scrolls away under a bar that stays
 * lies in another layer. */
function overprints(): string[] {
  interface Box {
    left: number;
    top: number;
    right: number;
    bottom: number;
    layer: string;
  }
  const faults = new Set<string>();
  const whole: Box = { left: -1e9, top: -1e9, right: 1e9, bottom: 1e9, layer: "" };
  const seen = new Map<Element | null, Box>([[document.documentElement, whole]]);
  const common = (a: Box, b: DOMRect, layer: string): Box => ({ left: Math.max(a.left, b.left), top: Math.max(a.top, b.top), right: Math.min(a.right, b.right), bottom: Math.min(a.bottom, b.bottom), layer });
  const roomOf = (element: Element | null): Box => {
    const known = seen.get(element);
    if (known || !element) return known ?? whole;
    const { position, overflowX } = getComputedStyle(element);
    const up = roomOf(element.parentElement);
    const layer = /sticky|fixed/.test(position) ? `${up.layer}>${element.className}` : up.layer;
    const room = overflowX === "visible" ? { ...up, layer } : common(up, element.getBoundingClientRect(), layer);
    seen.set(element, room);
    return room;
  };
  const lines: (Box & { text: Node })[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const parent = text.parentElement!;
    if (!text.nodeValue!.trim() || parent.closest("script, style, noscript, .said, .skip, svg, select, [aria-hidden=true]") || !parent.checkVisibility({ visibilityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const room = roomOf(parent);
    for (const rect of range.getClientRects()) {
      const line = { ...common(room, rect, room.layer), text };
      if (line.right - line.left < 2 || line.bottom - line.top < 4) continue;
      if (line.right > innerWidth + 1) faults.add(`"${text.nodeValue!.trim()}" is beyond the edge`);
      lines.push(line);
    }
  }
  lines.sort((a, b) => a.top - b.top);
  lines.forEach((a, i) => {
    for (const b of lines.slice(i + 1)) {
      if (b.top > a.bottom - 5) break;
      if (a.text !== b.text && a.layer === b.layer && Math.min(a.right, b.right) - Math.max(a.left, b.left) > 4) faults.add(`"${a.text.nodeValue!.trim()}" lies over "${b.text.nodeValue!.trim()}"`);
    }
  });
  if (document.documentElement.scrollWidth > innerWidth) faults.add(`the page is ${document.documentElement.scrollWidth} pixels wide`);
  if (document.querySelector("main")!.clientWidth < innerWidth * 0.8) faults.add("little room is left to read");
  return [...faults];
}
