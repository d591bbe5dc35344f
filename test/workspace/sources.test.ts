import type { Page } from 'playwright-core';
import { createActivities } from '../../activities';
import { startSandboxWaha, type SandboxWaha } from '../../sandbox/waha/waha';
import { textMessage, useApiOf } from '../scenes/api';
import { opened } from '../scenes/opened';
import { eventually, useProduct } from '../scenes/product';
import { runActivity } from '../scenes/run-activity';
import { listSerious, useBrowser, visit, type Visit } from '../scenes/workspace';

const product = useProduct();
const api = useApiOf(product);
const browser = useBrowser();
const waha: SandboxWaha = opened(
  () => startSandboxWaha(),
  (running) => running.stop(),
);

async function at(look: Parameters<typeof visit>[2], use: (visit: Visit) => Promise<void>): Promise<void> {
  const opening = await visit(browser, api, look);
  try {
    await use(opening);
    expect(opening.faults).toEqual([]);
  } finally {
    await opening.close();
  }
}

test('a number is connected by WAHA: its code is shown, scanned, and the first message appears', async () => {
  await at({ path: '/sources' }, async ({ page }) => {
    await page.getByRole('button', { name: 'Add a number' }).click();
    await page.getByLabel('WhatsApp number').fill('+49 170 9998877');
    await page.getByLabel('Name', { exact: true }).fill('Support');
    await page.getByLabel('Address of WAHA', { exact: true }).fill(waha.url);
    await page.getByLabel('API key of WAHA').fill(waha.apiKey ?? '');
    await page.getByLabel('Our address as WAHA reaches it').fill(api.url);
    await page.getByRole('button', { name: 'Next' }).click();
    const code = page.getByRole('img', { name: 'QR code to scan with WhatsApp' });
    await code.waitFor();
    await page.waitForFunction('document.querySelector("figure img").naturalWidth > 50');
    await page.getByText('Waiting for the first message').waitFor();
    expect(waha.scan({ phone: '491709998877' })).toBe(true);
    await page.getByRole('button', { name: 'Check again' }).click();
    await page.getByText('The session works').waitFor();
    waha.say({ chatId: '491701112223@c.us', text: 'hello', name: 'Klaus' });
    await page.getByText('The first message has arrived.').waitFor();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('heading', { name: 'Support' }).waitFor();
  });
});

test('a WAHA that refuses our key is told of in words, and works again with the right one', async () => {
  const settings = { baseUrl: waha.url, apiKey: 'no-longer-in-force', callbackUrl: api.url };
  await api.addAccount({ kind: 'waha', phone: '+49 170 1113344', name: 'Old key', settings });
  await at({ path: '/sources' }, async ({ page }) => {
    const card = page.getByRole('listitem').filter({ hasText: 'Old key' });
    await card.getByRole('button', { name: 'Check' }).click();
    await card.getByText('WAHA does not accept our API key.').waitFor();
    await card.getByRole('button', { name: 'Change address or key' }).click();
    await card.getByLabel('API key of WAHA').fill(waha.apiKey ?? '');
    await card.getByRole('button', { name: 'Save' }).click();
    await card.getByText('WAHA accepts our API key').waitFor();
  });
});

test('WAHA signs with a new key as soon as somebody makes one', async () => {
  await at({ path: '/sources' }, async ({ page }) => {
    const card = page.getByRole('listitem').filter({ hasText: 'Support' });
    await card.getByRole('button', { name: 'Check' }).click();
    await card.getByRole('button', { name: 'New webhook key' }).click();
    await card.getByText('The source has it already').waitFor();
    expect((await card.getByLabel('Key of the webhook').inputValue()).length).toBeGreaterThan(30);
  });
});

test('a program gets a token that is shown once and delivers with it', async () => {
  await at({ path: '/sources' }, async ({ page }) => {
    await page.getByRole('button', { name: 'Add a number' }).click();
    await page.getByText('Own program', { exact: true }).click();
    await page.getByLabel('WhatsApp number').fill('+49 170 5556677');
    await page.getByLabel('Name', { exact: true }).fill('Extension');
    await page.getByRole('button', { name: 'Next' }).click();
    const token = await page.getByLabel('Token of this number').inputValue();
    const example = await page.locator('pre').textContent();
    const body = /-d '(.*)'$/.exec(example ?? '')?.[1] ?? '';
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await fetch(`${api.url}/api/v1/ingest/messages`, { method: 'POST', headers, body });
    expect(await answer.json()).toMatchObject({ accepted: 1, rejected: [] });
    await page.getByText('The first message has arrived.').waitFor();
  });
});

/** A file as a person drags it onto the page. */
async function drop(page: Page, text: string): Promise<void> {
  const file = `new File([${JSON.stringify(text)}], 'WhatsApp Chat with Jane.txt', { type: 'text/plain' })`;
  const dataTransfer = await page.evaluateHandle(
    `(() => { const data = new DataTransfer(); data.items.add(${file}); return data; })()`,
  );
  await page
    .getByRole('region', { name: 'Take in an exported chat' })
    .dispatchEvent('drop', { dataTransfer });
}

/** A chat as a phone exports it. */
const exported = [
  '03/04/24, 14:03 - Jane: <b>Hello</b>',
  '03/04/24, 14:04 - Anna: Good day',
  '05/04/24, 09:00 - Jane: Bye',
  '',
].join('\n');

/** What the worker does with an import that is not asked any more. */
async function takeIn(): Promise<void> {
  const [newest] = await product.store.imports.model.find({ kind: 'file' }).sort({ _id: -1 }).lean();
  const { importHistory } = createActivities(product.deps);
  for (let next: unknown = 'more'; next !== 'ended';)
    next = (await runActivity(importHistory, { importId: newest?._id ?? '' }))?.next ?? 'ended';
}

test('an exported chat is dropped, asks who is who, and is taken in once', async () => {
  await at({ path: '/sources' }, async ({ page }) => {
    await page.getByRole('button', { name: 'Add a number' }).click();
    await page.getByText('Exported chat', { exact: true }).click();
    await page.getByLabel('WhatsApp number').fill('+49 170 2223344');
    await page.getByLabel('Name', { exact: true }).fill('Old phone');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('heading', { name: 'Take in an exported chat' }).waitFor();
    await drop(page, 'A shopping list, and no chat.');
    await page.getByText('There is no chat in the file').waitFor();
    await drop(page, exported);
    await page.getByText('Has a question', { exact: true }).waitFor();
    await page.getByLabel('Who of them are we?').selectOption('Anna');
    await page.getByLabel('The contact’s phone number').fill('+491705559988');
    await page.getByLabel('Time zone of the phone').fill('Europe/Berlin');
    // A notice has guards for the keyboard that are the kit's, and goes by itself.
    await page.getByText('Something must be said first').first().waitFor({ state: 'detached' });
    expect(await listSerious(page)).toEqual([]);
    await page.getByRole('button', { name: 'Take in' }).click();
    await page.getByText('Being read', { exact: true }).waitFor();
    await page.getByText('0 / 3').waitFor();
    await takeIn();
    await page.getByText('Done', { exact: true }).and(page.locator('.badge')).waitFor();
    await page.getByText('3 messages read, 3 of them new').waitFor();
  });
  const stored = await product.store.messages.model.find({ 'versions.text': 'Bye' }).lean();
  expect(stored.map(({ versions: [first] }) => first?.sentAt.toISOString())).toEqual([
    '2024-04-05T07:00:00.000Z',
  ]);
});

/** Two payloads of the number that was added last: one that is a message by now, and one that nobody understands. */
async function keepUnreadable(): Promise<string> {
  const { store, portalId } = product;
  const account = (await store.accounts.list()).find(({ name }) => name === 'Extension');
  const accountId = account?._id ?? '';
  const why = { code: 'unknown_content', reason: 'Not known.' };
  const payloads = [
    textMessage('3EB0AGAIN'),
    textMessage('3EB0NEVER', { timestamp: 'then', text: '<img src=x>' }),
  ];
  await store.unreadable.keep(
    { portalId, accountId, source: 'ingest' },
    payloads.map((raw) => ({ raw, why })),
    0,
  );
  const isCounted = (source: { id: string; unreadable: number }) =>
    source.id === accountId && source.unreadable === payloads.length;
  await eventually('the overview counts them', async () => {
    const { portals } = (await api.get('/api/v1/overview')).body;
    return portals[0].sources.some(isCounted);
  });
  return accountId;
}

test('what could not be read is found from its source, read again, looked at and deleted', async () => {
  const accountId = await keepUnreadable();
  await at({ path: '/sources' }, async ({ page }) => {
    await page.getByRole('link', { name: '2 could not be read' }).click();
    const rows = page.getByRole('region', { name: 'Kept here' }).getByRole('listitem');
    await rows.filter({ hasText: 'A kind of message that is not known here yet' }).nth(1).waitFor();
    await page.getByRole('button', { name: 'Try all again' }).click();
    await page.getByText('1 is a message now · 1 stays as it was').waitFor();
    const row = rows.filter({ hasText: 'Its time is missing' });
    await row.getByRole('button', { name: 'Show' }).click();
    await row.getByText('"text": "<img src=x>"').waitFor();
    expect(await listSerious(page)).toEqual([]);
    await row.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('It still cannot be read').first().waitFor();
    await row.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Nothing: everything that came was read.').waitFor();
  });
  expect(await product.store.messages.model.countDocuments({ stanzaId: '3EB0AGAIN' })).toBe(1);
  expect(await product.store.unreadable.countOf(accountId, 10)).toBe(0);
});

test('what could not be read needs somebody by the overview; a viewer sees it and is offered nothing', async () => {
  await keepUnreadable();
  await at({ path: '/', role: 'viewer' }, async ({ page }) => {
    await page.getByRole('link', { name: /2 things that sources sent could not be read/ }).click();
    await page.getByRole('region', { name: 'Kept here' }).getByRole('listitem').nth(1).waitFor();
    for (const name of ['Try again', 'Try all again', 'Show', 'Delete'])
      expect(await page.getByRole('button', { name, exact: true }).count()).toBe(0);
  });
});

test('a number is removed after it was said what stays', async () => {
  await at({ path: '/sources' }, async ({ page }) => {
    const card = page.getByRole('listitem').filter({ hasText: 'Extension' });
    await card.getByRole('button', { name: 'Remove' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('What it brought stays').waitFor();
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await card.waitFor({ state: 'detached' });
  });
});
