/* A browser for the tests: Debian's chromium over its debugging pipe, nothing installed. */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";

export const CHROMIUM = ["chromium-headless-shell", "chromium", "google-chrome"]
    .flatMap((name) => (process.env.PATH ?? "").split(":").map((folder) => join(folder, name)))
    .find(existsSync);

type Answer = Record<string, any>;

export class Browser {
    private readonly profile = mkdtempSync(join(tmpdir(), "verifier-browser-"));
    private readonly child: ChildProcess;
    private readonly waiting = new Map<number, { resolve: (a: Answer) => void; reject: (e: Error) => void }>();
    private rest = "";
    private count = 0;
    private session = "";
    readonly events: { method: string; params: Answer }[] = [];

    private constructor() {
        const flags = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run", "--lang=zh-CN",
                       "--remote-debugging-pipe", `--user-data-dir=${this.profile}`, "about:blank"];
        this.child = spawn(CHROMIUM!, flags, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
        (this.child.stdio[4] as Readable).setEncoding("utf8").on("data", (text: string) => this.receive(text));
        this.child.on("exit", () => this.waiting.forEach(({ reject }) => reject(new Error("the browser ended"))));
    }

    static async open(): Promise<Browser> {
        const browser = new Browser();
        const { targetInfos } = await browser.send("Target.getTargets");
        const { targetId } = targetInfos.find((info: Answer) => info.type === "page");
        browser.session = (await browser.send("Target.attachToTarget", { targetId, flatten: true })).sessionId;
        for (const domain of ["Page", "Runtime", "Network", "DOM", "Log"]) await browser.send(`${domain}.enable`);
        return browser;
    }

    private receive(text: string): void {
        const messages = (this.rest + text).split("\0");
        this.rest = messages.pop()!;
        for (const message of messages) {
            const { id, result, error, method, params } = JSON.parse(message);
            if (id === undefined) this.events.push({ method, params });
            else if (error) this.waiting.get(id)?.reject(new Error(error.message));
            else this.waiting.get(id)?.resolve(result);
            this.waiting.delete(id);
        }
    }

    send(method: string, params: Answer = {}): Promise<Answer> {
        const id = ++this.count;
        const sessionId = this.session === "" ? {} : { sessionId: this.session };
        (this.child.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, ...sessionId })}\0`);
        return new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
    }

    async evaluate<T>(expression: string): Promise<T> {
        const { result, exceptionDetails } = await this.send("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true });
        if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
        return result.value as T;
    }

    /* Waits until the expression is true; at most ten seconds. Amid a navigation nothing is. */
    async until(expression: string): Promise<void> {
        for (let i = 0; i < 200; i++) {
            if (await this.evaluate<boolean>(`Boolean(${expression})`).catch(() => false)) return;
            await new Promise((resume) => setTimeout(resume, 50));
        }
        throw new Error(`never true: ${expression}; ${await this.evaluate("document.body.innerText")}`);
    }

    async goto(url: string): Promise<void> {
        await this.send("Page.navigate", { url });
        await this.until(`document.readyState === "complete" && location.href !== "about:blank" && document.getElementById("keys")`);
    }

    async reload(): Promise<void> {
        await this.evaluate("window.before = true");
        await this.send("Page.reload");
        await this.until(`window.before === undefined && document.getElementById("keys")`);
    }

    /* Opens the page anew until the expression is true. On a busy machine the new page's process may
     * read the storage before the old one's last write has reached the browser. */
    async reloadUntil(expression: string): Promise<void> {
        for (let i = 0; i < 10; i++) {
            await this.reload();
            if (await this.evaluate<boolean>(`Boolean(${expression})`)) return;
            await new Promise((resume) => setTimeout(resume, 200));
        }
        throw new Error(`not after ten times: ${expression}; ${await this.evaluate("document.body.innerText")}`);
    }

    async choose(selector: string, files: string[]): Promise<void> {
        const { root } = await this.send("DOM.getDocument");
        const { nodeId } = await this.send("DOM.querySelector", { nodeId: root.nodeId, selector });
        await this.send("DOM.setFileInputFiles", { nodeId, files });
    }

    async close(): Promise<void> {
        const ended = new Promise((resolve) => this.child.on("exit", resolve));
        this.send("Browser.close").catch(() => undefined);
        await ended;
        rmSync(this.profile, { recursive: true, force: true });
    }
}
