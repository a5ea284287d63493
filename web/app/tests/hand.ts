/* Somebody at a page: what he clicks and types is counted. */
import type { Page, Visit } from "./browser.ts";

export class Hand {
  clicks = 0;
  entries = 0;

  constructor(
    readonly page: Page,
    private readonly visit: Visit,
  ) {}

  async click(role: "button" | "link" | "checkbox" | "tab" | "radio", name: string | RegExp): Promise<void> {
    this.clicks++;
    await this.page.getByRole(role, { name, exact: typeof name === "string" }).first().click();
    await this.visit.settled(this.page);
  }

  async type(label: string | RegExp, text: string): Promise<void> {
    this.entries++;
    await this.page.getByLabel(label, { exact: typeof label === "string" }).first().fill(text);
  }

  async press(keys: string): Promise<void> {
    this.clicks++;
    await this.page.keyboard.press(keys);
    await this.visit.settled(this.page);
  }
}
