import type { Page } from 'playwright-core';
import { startSandboxGraph, type SandboxGraph } from '../../sandbox/meta/graph';
import { useApiOf } from '../scenes/api';
import { opened } from '../scenes/opened';
import { useProduct } from '../scenes/product';
import { listSerious, useBrowser, visit, type Visit } from '../scenes/workspace';

const product = useProduct();
const api = useApiOf(product);
const browser = useBrowser();
const graph: SandboxGraph = opened(
  () => startSandboxGraph(),
  (running) => running.stop(),
);

async function at(path: string, use: (visit: Visit) => Promise<void>): Promise<void> {
  const opening = await visit(browser, api, { path });
  try {
    await use(opening);
    expect(opening.faults).toEqual([]);
  } finally {
    await opening.close();
  }
}

/** The card of the number that the first test adds. */
const cardOf = (page: Page) => page.getByRole('listitem').filter({ hasText: 'Official' });
const openCheck = (page: Page) => cardOf(page).getByRole('button', { name: 'Check' }).click();

test('a number is connected at Meta: address and token are copied, secrets are not shown again, and the first message appears', async () => {
  const { phoneNumberId, appSecret, displayPhone } = graph.options;
  await at('/sources', async ({ page }) => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Add a number' }).click();
    await page.getByText('Meta Cloud API', { exact: true }).click();
    await page.getByLabel('WhatsApp number').fill(displayPhone);
    await page.getByLabel('Name', { exact: true }).fill('Official');
    await page.getByLabel('Phone number ID').fill(phoneNumberId);
    await page.getByLabel('Access token').fill(graph.token);
    await page.getByLabel('App secret').fill(appSecret);
    await page.getByLabel('Address in Meta’s place').fill(graph.url);
    await page.getByRole('button', { name: 'Next' }).click();
    const callbackUrl = await page.getByLabel('Callback address', { exact: true }).inputValue();
    const verifyToken = await page.getByLabel('Verify token', { exact: true }).inputValue();
    await page.getByRole('button', { name: 'Copy: Verify token' }).click();
    await page.getByText('Copied').first().waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(verifyToken);
    await page.getByText('Meta has not asked for our address yet').waitFor();
    expect(await listSerious(page)).toEqual([]);
    for (const secret of [graph.token, appSecret]) expect(await page.content()).not.toContain(secret);

    expect(await graph.subscribe({ callbackUrl, verifyToken: `${verifyToken}x` })).toBe(false);
    expect(await graph.subscribe({ callbackUrl, verifyToken })).toBe(true);
    expect(await graph.say({ digits: '491701112223', name: 'Klaus', text: 'hello from Meta' })).toBe(200);
    await page.getByText('The first message has arrived.').waitFor();
    await page.getByText('hello from Meta').waitFor();
    await page.getByRole('button', { name: 'Check again' }).click();
    for (const words of ['Meta knows our address', 'Messages arrive', 'The number is connected'])
      await page.getByText(words, { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Done' }).click();
    await openCheck(page);
    await cardOf(page).getByLabel('Callback address', { exact: true }).waitFor();
    expect(await page.getByLabel('Verify token', { exact: true }).count()).toBe(0);
    expect(await page.content()).not.toContain(verifyToken);
  });
});

test('a token without permissions, and one that is over, are told of in words, and a new one is taken', async () => {
  const whole = graph.options.scopes;
  graph.setScopes(['whatsapp_business_messaging']);
  await at('/sources', async ({ page }) => {
    await openCheck(page);
    const card = cardOf(page);
    await card.getByText('The access token lacks permissions').waitFor();
    graph.setScopes(whole);
    graph.setFaults([{ kind: 'refuse', path: '', times: -1, status: 401, code: 190 }]);
    await card.getByRole('button', { name: 'Check again' }).click();
    await card.getByText('Meta does not accept our access token').waitFor();
    await card.getByRole('button', { name: 'Change token or secret' }).click();
    await card.getByLabel('Access token').fill('a-token-that-meta-refuses-too');
    await card.getByRole('button', { name: 'Save' }).click();
    await card.getByRole('alert').waitFor();
    graph.setFaults([]);
    await card.getByLabel('Access token').fill(graph.token);
    await card.getByRole('button', { name: 'Save' }).click();
    await card.getByText('Meta answers and accepts our token').waitFor();
    await card.getByText('The access token has the permissions that are needed').waitFor();
  });
});

test('the past is asked for once, after a warning, and shows how far it is', async () => {
  const asked = () => graph.asked().filter(({ request }) => request.endsWith('smb_app_data')).length;
  const part = (progress: number) => {
    const metadata = { phase: 1, chunk_order: progress, progress };
    return graph.deliver('history', { history: [{ metadata, threads: [] }] });
  };
  await at('/sources', async ({ page }) => {
    await openCheck(page);
    const past = cardOf(page).getByRole('region', { name: 'Messages of before' });
    await past.getByRole('button', { name: 'Ask for the past' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('It can be asked for only once for this number.').waitFor();
    expect(asked()).toBe(0);
    expect(await listSerious(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Ask for the past' }).click();
    await past.getByText('Meta was asked; nothing came yet.').waitFor();
    expect(await past.getByRole('button').count()).toBe(0);
    expect(asked()).toBe(2);
    expect(await part(55)).toBe(200);
    await past.getByText('Meta sends it now.').waitFor();
    await past.getByText('55%').waitFor();
    expect(await part(100)).toBe(200);
    await past.getByText('All that Meta has was sent.').waitFor();
  });
});
