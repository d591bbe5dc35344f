import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { useApiOf } from '../scenes/api';
import { opened } from '../scenes/opened';
import { eventually, useProduct } from '../scenes/product';
import { listSerious, useBrowser, visit, type Visit } from '../scenes/workspace';
import { fillWithPeople, planted } from '../scenes/workspace-people';

const product = useProduct();
const api = useApiOf(product);
const browser = useBrowser();
const filled = opened(
  async () => {
    await product.startWorker();
    return fillWithPeople(product);
  },
  () => undefined,
);

/** Opens a page and, whatever the test did there, sees that it kept to its own origin and its policy. */
async function at(path: string, use: (visit: Visit) => Promise<void>, look = {}): Promise<void> {
  const opening = await visit(browser, api, { path, ...look });
  try {
    await use(opening);
    expect(opening.faults).toEqual([]);
  } finally {
    await opening.close();
  }
}

const pages = {
  overview: () => '/',
  contacts: () => '/contacts',
  contact: () => `/contacts/${filled.linkIds[6]}`,
  linking: () => '/linking',
  'people without a contact': () => '/linking?tab=people',
  'the dry run': () => '/linking?tab=plan',
  'by a list': () => '/linking?tab=list',
  'phone quality': () => '/linking?tab=quality',
  sources: () => '/sources',
  'the groups of a source': () => `/sources/${product.account._id}`,
  'the past of a source': () => `/sources/${product.account._id}?tab=history`,
  'what is wanted of a source': () => `/sources/${product.account._id}?tab=wanted`,
  portal: () => '/portal',
  'what could not be read': () => '/unreadable',
  'the signs of life of a source': () => `/sources/${product.account._id}?tab=liveness`,
  webhooks: () => '/webhooks',
  users: () => '/users',
  panel: () => '/panel?phone=%2B491701234567',
  'the panel of a stranger': () => '/panel?phone=%2B491729990001',
  'a page that is not there': () => '/contacts/a/b',
};

/** What a page is made of is the same in every look: in the second one only what colours and widths change is asked again. */
const looks = [
  { name: 'in light, on a wide screen', rules: [], look: { width: 1280, height: 900 } },
  {
    name: 'in dark, on a phone',
    rules: ['color-contrast', 'scrollable-region-focusable', 'target-size'],
    look: { dark: true, width: 390, height: 844 },
  },
];

test.each(looks)('every page can be used by everybody $name', async ({ rules, look }) => {
  const use = async ({ page }: Visit) => {
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(`${api.url}${path()}`);
      await page.getByRole('heading', { level: 1 }).waitFor({ state: 'attached' });
      await page.locator('.skeleton').first().waitFor({ state: 'detached' });
      expect([name, await listSerious(page, rules)]).toEqual([name, []]);
      const root = 'document.documentElement';
      expect([name, await page.evaluate(`${root}.scrollWidth - ${root}.clientWidth`)]).toEqual([name, 0]);
    }
  };
  await at('/contacts', use, look);
});

/** How many things the number on a tile of the overview says there are. */
async function openTile(page: Page, name: string): Promise<number> {
  await page.goto(`${api.url}/`);
  const tile = page.locator('main').getByRole('link', { name: new RegExp(`^${name}`) });
  const number = await tile.locator('span').nth(1).textContent();
  await tile.click();
  return Number(number);
}

test('each number of the overview opens the list that it counts', async () => {
  await at('/', async ({ page }) => {
    const rows = page.locator('tbody tr');
    const linked = await openTile(page, 'Linked contacts');
    await eventually('all linked', async () => (await rows.count()) === linked);
    const waiting = await openTile(page, 'Messages waiting');
    await rows.filter({ hasText: 'Rita Waiting' }).waitFor();
    const notes = await rows.getByText(/messages? waiting/).allTextContents();
    expect(notes.reduce((sum, note) => sum + parseInt(note, 10), 0)).toBe(waiting);
    const needy = await openTile(page, 'Contacts that need you');
    expect(needy).toBe(1);
    await eventually('who needs somebody', async () => (await rows.count()) === needy);
    const reviews = await openTile(page, 'Links to decide');
    const questions = page.getByRole('article');
    await eventually('all questions', async () => (await questions.count()) === reviews);
  });
});

/** Where the keyboard is, and whether it can be seen there. */
const focused = (page: Page): Promise<{ name: string; isSeen: boolean; isInDialog: boolean }> =>
  page.evaluate(`(() => {
    const here = document.activeElement;
    const frames = [here, here.closest('tr'), here.closest('label')].filter(Boolean).map((one) => getComputedStyle(one));
    const isSeen = frames.some((one) => (one.outlineStyle !== 'none' && parseFloat(one.outlineWidth) > 0) || one.boxShadow !== 'none');
    const name = (here.getAttribute('aria-label') ?? here.textContent ?? '').trim();
    return { name, isSeen, isInDialog: here.closest('[role=dialog]') !== null };
  })()`);

/** Goes on by Tab until the focus is on what is called so; on every step it has to be seen. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let steps = 0; steps < 60; steps += 1) {
    await page.keyboard.press('Tab');
    const here = await focused(page);
    expect([here.name, here.isSeen]).toEqual([here.name, true]);
    if (here.name === name) return;
  }
  throw new Error(`nothing called ${name} was reached`);
}

test('with the keyboard alone a contact is found, paused, and its dialog left', async () => {
  await at('/', async ({ page }) => {
    const press = (key: string) => page.keyboard.press(key);
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await tabTo(page, 'Skip to content');
    await tabTo(page, 'Contacts');
    await press('Enter');
    await page.getByRole('link', { name: 'Klaus Weber' }).waitFor();
    await tabTo(page, 'Klaus Weber');
    await press('Enter');
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await tabTo(page, 'Pause');
    await press('Enter');
    await page.getByText('Paused', { exact: true }).waitFor();
    expect((await focused(page)).name).toBe('Resume');
    await press('Enter');
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await tabTo(page, 'More actions');
    await press('Enter');
    await page.getByRole('menuitem', { name: 'Unlink' }).waitFor();
    await press('End');
    await press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Unlink' }).waitFor();
    for (let steps = 0; steps < 10; steps += 1) {
      await press('Tab');
      expect(await focused(page)).toMatchObject({ isInDialog: true, isSeen: true });
    }
    await press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await eventually('the focus is back', async () => (await focused(page)).name === 'More actions');
  });
});

test('what people write stays text', async () => {
  await at('/contacts', async ({ page }) => {
    await page.getByText(planted.markup).click();
    await page.getByText(planted.bbCode).waitFor();
    await page.getByText('abcgnp.exe').waitFor();
    expect(await page.locator('main img').count()).toBe(0);
    expect(await page.title()).not.toBe('broken');
  });
});

test('a link logs in once; without one the page says how to get in, and leads back afterwards', async () => {
  const { page, close } = await visit(browser, api, { path: '/contacts?view=paused', role: null });
  try {
    await page.waitForURL(/\/log-in\?to=/);
    await page.getByText('personal link that works once').waitFor();
    const link = (await api.post('/api/v1/log-in-links', {})).body.path as string;
    await page.goto(`${api.url}${link.replace('#', '?to=%2Fcontacts%3Fview%3Dpaused#')}`);
    await page.getByRole('heading', { name: 'Contacts' }).waitFor();
    expect(page.url()).toBe(`${api.url}/contacts?view=paused`);
    const again = await visit(browser, api, { path: link, role: null });
    await again.page.getByText('This link was used already').waitFor();
    await again.close();
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('menuitem', { name: 'Log out' }).click();
    await page.waitForURL(`${api.url}/log-in`);
    await page.goto(`${api.url}/contacts`);
    await page.waitForURL(/\/log-in\?to=/);
  } finally {
    await close();
  }
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
  await at('/contacts/a/b', async ({ page }) => {
    // A fresh load of the page, as by who is logged in.
    page.on('response', (answer) => loaded.add(new URL(answer.url()).pathname));
    await page.goto(`${api.url}/`);
    await page.getByRole('heading', { level: 1 }).waitFor();
  });
  const files = [...loaded].filter((path) => /^\/(assets\/.*|icon\.svg)$/.test(path));
  expect(files.length).toBeGreaterThan(3);
  const bytes = files.reduce((sum, path) => sum + gzipSync(readFileSync(join(dist, path))).length, 0);
  expect(bytes).toBeLessThanOrEqual(250_000);
});
