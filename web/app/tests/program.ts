/* The program under test: its commands, and `zhiyun serve` on a port that it keeps over restarts. */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, writeSync } from "node:fs";
import { cp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { after, afterAll, before } from "./suite.ts";

const { ZHIYUN = "", CLOCK = "", WORK = "" } = process.env;
/* The demo as it was made. It is copied, and no server runs in it. */
export const DEMO = join(WORK, "demo");
/* Noon of the last day of the demo, two hours after it was made (tests/demo_made.py). */
export const NOON = Date.UTC(2026, 10, 20, 4);

export const newFolder = (): string => mkdtempSync(join(WORK, "folder-"));

/* Of those that run.py holds for these tests. */
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
  private static readonly started = new Map<number, Program>(); // by their ports
  port = 0;
  said = ""; // by the server, on its standard error
  wasStopped = false; // by its test
  private server: ChildProcess | undefined;
  private readonly turns = new Map<string, Promise<unknown>>(); // by the person who signs in
  private readonly clock = join(mkdtempSync(join(WORK, "clock-")), "clock");
  private readonly file: number;
  private base: number | undefined; // ms from the clock of this machine to its own
  private ahead = 0;

  /* `begins`: the time on its clock when it is first used. */
  constructor(
    readonly data: string,
    private readonly begins = NOON,
  ) {
    this.file = openSync(this.clock, "w+");
    this.forward(0);
  }

  private get clockBase(): number {
    return (this.base ??= this.begins - Date.now());
  }

  private get env(): NodeJS.ProcessEnv {
    return { ...process.env, LD_PRELOAD: CLOCK, TEST_CLOCK: this.clock, TEST_CLOCK_BASE: String(Math.round(this.clockBase * 1000)) };
  }

  /* The program that serves this address; undefined: none does. */
  static at = (address: string): Program | undefined => (URL.canParse(address) ? Program.started.get(Number(new URL(address).port)) : undefined);

  /* Its clocks are so many seconds ahead. */
  forward(seconds: number): void {
    this.ahead = seconds * 1000;
    const ahead = Buffer.alloc(16);
    ahead.writeBigInt64LE(BigInt(seconds) * 1_000_000n);
    writeSync(this.file, ahead, 0, 16, 0);
  }

  /* What its clocks show, in ms. */
  now = (): number => Date.now() + this.clockBase + this.ahead;

  run(...words: string[]): Promise<string> {
    return new Promise((done, fail) =>
      execFile(ZHIYUN, ["--data", this.data, "--quiet", "--lang", "en", ...words], { env: this.env, encoding: "utf8", maxBuffer: 1 << 28 }, (error, out, told) =>
        error ? fail(new Error(`zhiyun ${words.join(" ")}: ${error.code ?? error.signal} ${told}${out}`)) : done(out),
      ),
    );
  }

  async json<T>(...words: string[]): Promise<T> {
    return JSON.parse(await this.run("--json", ...words)) as T;
  }

  async start(): Promise<this> {
    this.port ||= freePort();
    Program.started.set(this.port, this);
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
    this.wasStopped = true;
    return ended(this.server);
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /* Says where people reach it: papers carry a QR from then on. */
  async setPublicAddress(url: string): Promise<void> {
    const { token } = await this.json<{ token: string }>("user", "token", "sysadmin");
    const said = await fetch(`${this.address}/api/v1/public-address`, {
      method: "PUT",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: JSON.stringify({ url, reason: "虚构的地址" }),
    });
    if (said.status !== 200) throw new Error(`public-address: ${said.status} ${await said.text()}`);
  }

  /* A new link for a person voids the one before: tests that sign in as the same person take turns. */
  async inTurn<T>(name: string, signIn: () => Promise<T>): Promise<T> {
    const mine = (this.turns.get(name) ?? Promise.resolve()).then(signIn);
    this.turns.set(name, mine.catch(() => {}));
    return mine;
  }

  /* The address that signs this person in, once. */
  async link(name: string): Promise<string> {
    return this.address + (await this.json<{ link: string }>("user", "link", name)).link;
  }
}

/* A folder with a copy of the demo. */
export async function copyOfDemo(): Promise<string> {
  const folder = newFolder();
  await cp(DEMO, folder, { recursive: true });
  return folder;
}

/* Serves a copy of the demo to the tests of this file alone; `prepare` comes before the server starts. */
export function ownDemo(prepare: (demo: Program) => Promise<unknown> = async () => {}): Program {
  const demo = new Program(newFolder());
  before(async () => {
    await cp(DEMO, demo.data, { recursive: true });
    await prepare(demo);
    await demo.start();
  });
  after(async () => {
    await demo.stop();
    await rm(demo.data, { recursive: true });
  });
  return demo;
}

const forReaders = new Program(newFolder());
let starting: Promise<unknown> | undefined;

/* Serves one copy of the demo to all files whose tests change nothing that another test reads. */
export function sharedDemo(): Program {
  before(() => (starting ??= cp(DEMO, forReaders.data, { recursive: true }).then(() => forReaders.start())));
  return forReaders;
}

afterAll(() => forReaders.stop());
