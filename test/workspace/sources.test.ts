import { startSandboxWaha, type SandboxWaha } from '../../sandbox/waha/waha';
import { useApiOf } from '../scenes/api';
import { opened } from '../scenes/opened';
import { useProduct } from '../scenes/product';
import { useBrowser, visit, type Visit } from '../scenes/workspace';

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
