// Drives Chromium or Firefox for the tests, by puppeteer. The first line on standard input says what to start, each
// further one asks for one thing: {"id", "goto" | "evaluate" | "click" | "permission" | "look" | "axe" | "photograph": …}. Each is
// answered by a line {"id", "value" | "error"}. It knows no option that ignores a certificate error.
import { createInterface } from 'node:readline';
import axe from 'axe-core';
import puppeteer from 'puppeteer-core';

const deeds = {
  /** The text of the page, or why there is none. A tab of its own: Firefox may leave unsaid how one that shows an error
   * fares with the next address. */
  async goto(world, url) {
    const before = world.page;
    world.page = await world.browser.newPage();
    await before.close();
    await world.prepare(world.page);
    await world.page.goto(url, { timeout: 20_000 });
    return world.page.evaluate(() => document.body.innerText);
  },
  /** The value of an expression in the page, awaited. */
  async evaluate({ page }, expression) {
    return page.evaluate(expression);
  },
  /** How the next pages are looked at: media features, a viewport in CSS pixels, and a script that runs before theirs. */
  async look(world, { features, viewport, script }) {
    world.prepare = async (page) => {
      await page.emulateMediaFeatures(features);
      await page.setViewport(viewport);
      await page.evaluateOnNewDocument(script);
    };
  },
  /** What axe-core finds wrong with the page: for each rule its name and where. */
  async axe({ page }) {
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(() => window.axe.run(document));
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  },
  /** The whole page as a PNG file. */
  async photograph({ page }, path) {
    await page.screenshot({ path, fullPage: true });
  },
  /** A click of a person's, as far as the page can tell. */
  async click({ page }, selector) {
    await page.click(selector);
  },
  /** Whether `origin` may reach programs on this computer: 'granted', 'denied' or 'prompt'. */
  async permission({ browser }, { origin, state }) {
    const permission = { name: 'loopback-network' };
    await browser.defaultBrowserContext().setPermission(origin, { permission, state });
  },
};

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const order = JSON.parse((await lines.next()).value);
const browser = await puppeteer.launch({
  browser: order.browser,
  executablePath: order.executable,
  userDataDir: order.profile,
  headless: order.headless,
  args: order.arguments,
  extraPrefsFirefox: order.preferences,
  defaultViewport: null,
});
const world = { browser, page: (await browser.pages())[0], prepare: async () => {} };
say({ id: 0, value: await browser.version() });
for await (const line of lines) {
  const { id, ...asked } = JSON.parse(line);
  const [[deed, argument]] = Object.entries(asked);
  try {
    say({ id, value: (await deeds[deed](world, argument)) ?? null });
  } catch (error) {
    say({ id, error: error.message });
  }
}
await browser.close();

function say(answer) {
  console.log(JSON.stringify(answer));
}
