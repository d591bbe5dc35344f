import { startSandboxEvolution, type SandboxEvolution } from '../../sandbox/evolution/evolution';
import { useApiOf } from '../scenes/api';
import { opened } from '../scenes/opened';
import { useProduct } from '../scenes/product';
import { listSerious, useBrowser, visit, type Visit } from '../scenes/workspace';

const product = useProduct();
const api = useApiOf(product);
const browser = useBrowser();
const evolution: SandboxEvolution = opened(
  () => startSandboxEvolution({ retryScale: 0.0001 }),
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

test('a number is connected by Evolution: its code is shown and scanned, the state is said, and the first message appears', async () => {
  await at('/sources', async ({ page }) => {
    await page.getByRole('button', { name: 'Add a number' }).click();
    await page.getByText('Evolution API', { exact: true }).click();
    await page.getByLabel('WhatsApp number').fill('+49 30 112001');
    await page.getByLabel('Name', { exact: true }).fill('Linked');
    await page.getByLabel('Address of Evolution', { exact: true }).fill(evolution.url);
    await page.getByLabel('API key of Evolution').fill(evolution.apiKey);
    await page.getByLabel('Instance').fill('sales');
    await page.getByLabel('Our address as Evolution reaches it').fill(api.url);
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('img', { name: 'QR code to scan with WhatsApp' }).waitFor();
    await page.waitForFunction('document.querySelector("figure img").naturalWidth > 50');
    await page.getByText('The instance connects, or waits for the code to be scanned').waitFor();
    await page.getByText('Waiting for the first message').waitFor();
    expect(await listSerious(page)).toEqual([]);
    expect(await page.content()).not.toContain(evolution.apiKey);
    expect(evolution.scan('4930112001')).toBe(true);
    await page.getByRole('button', { name: 'Check again' }).click();
    await page.getByText('The instance is connected', { exact: true }).waitFor();
    evolution.say({ chatId: '491701112223@s.whatsapp.net', text: 'hello from Evolution', name: 'Klaus' });
    await page.getByText('The first message has arrived.').waitFor();
    await page.getByText('hello from Evolution').waitFor();
    await page.getByRole('button', { name: 'Done' }).click();
  });
});

test('another key of Evolution is told of in words, and what the phone ended shows a code again', async () => {
  await at('/sources', async ({ page }) => {
    const card = page.getByRole('listitem').filter({ hasText: 'Linked' });
    evolution.setFaults([{ kind: 'refuse', status: 401, times: -1 }]);
    await card.getByRole('button', { name: 'Check' }).click();
    await card.getByText('Evolution does not accept our API key.').waitFor();
    evolution.setFaults([]);
    await card.getByRole('button', { name: 'Change address or key' }).click();
    await card.getByLabel('API key of Evolution').fill(evolution.instance().token);
    await card.getByRole('button', { name: 'Save' }).click();
    await card.getByText('Evolution accepts our API key').waitFor();
    Object.assign(evolution.instance(), { ownerJid: null });
    evolution.setState('close', 401);
    await card.getByRole('button', { name: 'Check again' }).click();
    await card.getByRole('img', { name: 'QR code to scan with WhatsApp' }).waitFor();
  });
});
