/* `make dev`: the pages from their sources by vite's server, and the program behind it. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { run, test, texts } from "./browser.ts";
import { accepting, ended, freePort, Program } from "./program.ts";

const { ROOT } = process.env;
const port = freePort();

/* The program as it is reached through vite's server. */
class Developed extends Program {
  override get address(): string {
    return `http://127.0.0.1:${port}`;
  }
}

const demo = await new Developed().start();
const vite = spawn(process.execPath, [`${ROOT}/node_modules/vite/bin/vite.js`, "--port", String(port), "--logLevel", "warn"], {
  cwd: `${ROOT}/web/app`,
  env: { ...process.env, ZHIYUN_SERVER: `http://127.0.0.1:${demo.port}` },
  stdio: ["ignore", "inherit", "inherit"],
});
await accepting(port, vite);

test("the portal and the workbench are loaded from their sources, and whoever signs in sees the desk", async (visit) => {
  const portal = await visit.open(`${demo.address}/search`);
  await visit.settled(portal);
  assert.equal(await portal.locator("script[src$='/portal.tsx']").count(), 1);

  const desk = await visit.enter(demo, "officer", "/todo");
  await desk.getByRole("heading", { level: 1, name: texts.zh["desk.box.todo"] }).waitFor();
  assert.equal(await desk.locator("script[src$='/work.tsx']").count(), 1);
});

test("what is no page comes from the program", async () => {
  for (const at of ["/healthz", "/check", "/check.css", "/api/v1/openapi.json"]) {
    const [here, there] = await Promise.all([demo.address, `http://127.0.0.1:${demo.port}`].map((address) => fetch(address + at)));
    assert.deepEqual([here!.status, await here!.text()], [there!.status, await there!.text()], at);
  }
});

await run(async () => {
  await ended(vite);
  await demo.stop();
});
