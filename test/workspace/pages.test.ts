import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import AxeBuilder from '@axe-core/playwright';
import { useApiOf } from '../scenes/api';
import { opened } from '../scenes/opened';
import { eventually, useProduct } from '../scenes/product';
import { serveWorkspace, useBrowser, visit, type Visit } from '../scenes/workspace';
import { fillWithPeople, planted } from '../scenes/workspace-people';

const product = useProduct();
const api = useApiOf(product);
const browser = useBrowser();
const workspace = opened(
  async () => {
    await product.startWorker();
    return { ...(await serveWorkspace(api.url)), ...(await fillWithPeople(product)) };
  },
  (served) => served.stop(),
);

/** Opens a page and, whatever the test did there, sees that it kept to its own origin and its policy. */
async function at(path: string, use: (visit: Visit) => Promise<void>, look = {}): Promise<void> {
  const opening = await visit(browser, workspace.url, { path, ...look });
  try {
    await use(opening);
    expect(opening.faults).toEqual([]);
  } finally {
    await opening.close();
  }
}

async function listSerious({ page }: Visit): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}

const pages = ['/', '/contacts', '/nowhere'];

test.each(pages)('%s can be used by everybody, light and dark, wide and narrow', async (path) => {
  for (const look of [{}, { dark: true }, { width: 390, height: 844 }]) {
    await at(
      path,
      async (here) => {
        await here.page.getByRole('heading', { level: 1 }).waitFor({ state: 'attached' });
        await here.page.locator('.skeleton').first().waitFor({ state: 'detached' });
        expect(await listSerious(here)).toEqual([]);
        const root = 'document.documentElement';
        expect(await here.page.evaluate(`${root}.scrollWidth - ${root}.clientWidth`)).toBe(0);
      },
      look,
    );
  }
});

test('what people write stays text', async () => {
  await at('/contacts', async ({ page }) => {
    await page.getByText(planted.markup).waitFor();
    expect(await page.locator('main img').count()).toBe(0);
    expect(await page.title()).not.toBe('broken');
  });
});

test('a search finds a person by name, by number and in another script, and says when nobody is found', async () => {
  await at('/contacts', async ({ page }) => {
    const search = page.getByRole('searchbox');
    const rows = page.locator('tbody tr');
    for (const [words, name] of [
      ['souza', 'Ana Souza'],
      ['+7916123', 'Мария Иванова'],
      ['الأحمد', 'محمد الأحمد'],
    ] as const) {
      await search.fill(words);
      await rows.filter({ hasText: name }).waitFor();
      await eventually('the others are gone', async () => (await rows.count()) === 1);
    }
    await search.fill('nobody is called so');
    await page.getByText('Nobody matches').waitFor();
    await page.getByRole('button', { name: 'Show all contacts' }).click();
    await rows.filter({ hasText: 'Klaus Weber' }).waitFor();
  });
});

test('the first visit loads at most 250 kB, and nothing of it is inline', async () => {
  const dist = join(__dirname, '..', '..', 'workspace', 'dist');
  const html = readFileSync(join(dist, 'index.html'), 'utf8');
  expect(html).not.toMatch(/<style|<script(?![^>]* src=)|\son\w+=/);
  const loaded = new Set<string>();
  const context = await browser.newContext();
  const first = await context.newPage();
  first.on('response', (answer) => loaded.add(new URL(answer.url()).pathname));
  await first.goto(`${workspace.url}/`);
  await first.getByRole('heading', { level: 1 }).waitFor();
  await context.close();
  const files = [...loaded].filter((path) => /^\/(assets\/.*|icon\.svg)$/.test(path));
  expect(files.length).toBeGreaterThan(3);
  const bytes = files.reduce((sum, path) => sum + gzipSync(readFileSync(join(dist, path))).length, 0);
  expect(bytes).toBeLessThanOrEqual(250_000);
});
