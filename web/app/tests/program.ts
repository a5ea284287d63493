/* The program under test: its commands, and `zhiyun serve` on a port that it keeps over restarts. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, writeSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";

const { ZHIYUN = "", CLOCK = "", WORK = "" } = process.env;
export const DEMO = join(WORK, "demo");
/* The last day of the demo (tests/cli/demo_test.py). */
export const NOON = Date.UTC(2026, 10, 20, 4);

export const newFolder = (): string => mkdtempSync(join(WORK, "folder-"));

/* Of those that run.py holds for this test. */
const ports = (process.env.PORTS ?? "").split(" ");
export function freePort(): number {
  const port = Number(ports.shift());
  if (!port) throw new Error("no port is left: run.py hands out some");
  return port;
}

/* Waits until somebody accepts connections at the port; fails when the process ends before. */
export async function accepting(port: number, process: ChildProcess): Promise<void> {
  for (;;) {
    if (process.exitCode !== null || process.signalCode !== null) throw new Error(`${process.spawnfile} ended with ${process.exitCode}`);
    const open = await new Promise<boolean>((done) => {
      const socket = connect(port, "127.0.0.1", () => (socket.destroy(), done(true)));
      socket.on("error", () => done(false));
    });
    if (open) return;
    await new Promise((done) => setTimeout(done, 20));
  }
}

/* Ends it with SIGTERM and waits for its end. */
export async function ended(process: ChildProcess | undefined): Promise<void> {
  if (!process || process.exitCode !== null || process.signalCode !== null) return;
  const over = new Promise((done) => process.once("exit", done));
  process.kill("SIGTERM");
  await over;
}

export class Program {
  port = 0;
  said = ""; // by the server, on its standard error
  private server: ChildProcess | undefined;
  private readonly clock = join(mkdtempSync(join(WORK, "clock-")), "clock");
  private readonly file: number;
  private readonly env: NodeJS.ProcessEnv;
  private ahead = 0;

  constructor(
    readonly data: string = DEMO,
    private readonly base = NOON - Date.now(),
  ) {
    this.file = openSync(this.clock, "w+");
    this.forward(0);
    this.env = { ...process.env, LD_PRELOAD: CLOCK, TEST_CLOCK: this.clock, TEST_CLOCK_BASE: String(Math.round(base * 1000)) };
  }

  /* Its clocks are so many seconds ahead. */
  forward(seconds: number): void {
    this.ahead = seconds * 1000;
    const ahead = Buffer.alloc(16);
    ahead.writeBigInt64LE(BigInt(seconds) * 1_000_000n);
    writeSync(this.file, ahead, 0, 16, 0);
  }

  /* What its clocks show, in ms. */
  now = (): number => Date.now() + this.base + this.ahead;

  run(...words: string[]): string {
    const done = spawnSync(ZHIYUN, ["--data", this.data, "--quiet", "--lang", "en", ...words], { env: this.env, encoding: "utf8" });
    if (done.status !== 0) throw new Error(`zhiyun ${words.join(" ")}: ${done.status} ${done.stderr}${done.stdout}`);
    return done.stdout;
  }

  json<T>(...words: string[]): T {
    return JSON.parse(this.run("--json", ...words)) as T;
  }

  async start(): Promise<this> {
    this.port ||= freePort();
    const words = ["--data", this.data, "--quiet", "--lang", "en", "serve", "--listen", `127.0.0.1:${this.port}`];
    this.server = spawn(ZHIYUN, words, { env: this.env, stdio: ["ignore", "ignore", "pipe"] });
    this.server.stderr!.setEncoding("utf8").on("data", (text: string) => (this.said += text));
    await accepting(this.port, this.server);
    return this;
  }

  /* Waits until the server has said something like this. */
  async says(what: RegExp): Promise<string> {
    for (;;) {
      const found = what.exec(this.said);
      if (found) return found[0];
      await once(this.server!.stderr!, "data");
    }
  }

  stop(): Promise<void> {
    return ended(this.server);
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /* Says where people reach it: papers carry a QR from then on. */
  async setPublicAddress(url: string): Promise<void> {
    const { token } = this.json<{ token: string }>("user", "token", "sysadmin");
    const said = await fetch(`${this.address}/api/v1/public-address`, {
      method: "PUT",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: JSON.stringify({ url, reason: "虚构的地址" }),
    });
    if (said.status !== 200) throw new Error(`public-address: ${said.status} ${await said.text()}`);
  }

  /* The address that signs this person in, once. */
  link(name: string): string {
    return this.address + this.json<{ link: string }>("user", "link", name).link;
  }
}
