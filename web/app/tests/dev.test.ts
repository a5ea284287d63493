/* `make dev`: the pages from their sources by vite's server, and the program behind it. */
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { texts } from "./browser.ts";
import { accepting, ended, freePort, sharedDemo } from "./program.ts";
import { after, before, test } from "./suite.ts";

const demo = sharedDemo();
const port = freePort();
const developed = `http://127.0.0.1:${port}`;
let vite: ChildProcess | undefined;

before(async () => {
  vite = spawn(process.execPath, [`${process.env.ROOT}/node_modules/vite/bin/vite.js`, "--port", String(port), "--logLevel", "warn"], {
    cwd: `${process.env.ROOT}/web/app`,
    env: { ...process.env, ZHIYUN_SERVER: demo.address },
    stdio: ["ignore", "inherit", "inherit"],
  });
  await accepting(port, vite);
});
after(() => ended(vite));

test("the portal and the workbench are loaded from their sources, and whoever signs in sees the desk", async (visit) => {
  const look = { now: demo.now() };
  const portal = await visit.open(`${developed}/search`, look);
  await visit.settled(portal);
  assert.equal(await portal.locator("script[src$='/portal.tsx']").count(), 1);

  const desk = await demo.inTurn("officer", async () => {
    const link = (await demo.link("officer")).replace(demo.address, developed);
    const page = await visit.open(link.replace("#", "?to=%2Ftodo#"), look);
    await page.getByRole("button", { name: texts.zh["signin.signIn"], exact: true }).click();
    await page.waitForURL(/\/w\/todo$/);
    return page;
  });
  await desk.getByRole("heading", { level: 1, name: texts.zh["desk.box.todo"] }).waitFor();
  assert.equal(await desk.locator("script[src$='/work.tsx']").count(), 1);
});

test("what is no page comes from the program", async () => {
  for (const at of ["/healthz", "/check", "/check.css", "/api/v1/openapi.json"]) {
    const [here, there] = await Promise.all([developed, demo.address].map((address) => fetch(address + at)));
    assert.deepEqual([here!.status, await here!.text()], [there!.status, await there!.text()], at);
  }
});
