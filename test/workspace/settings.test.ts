import { toPhoneAlias } from '../../domain/identity';
import type { Outcome, Post } from '../../webhooks/post';
import { takeTurn } from '../../webhooks/turn';
import { useApiOf } from '../scenes/api';
import { eventually, useProduct } from '../scenes/product';
import { listSerious, useBrowser, visit, type Visit } from '../scenes/workspace';

const product = useProduct();
const api = useApiOf(product);
const browser = useBrowser();

async function at(look: Parameters<typeof visit>[2], use: (visit: Visit) => Promise<void>): Promise<void> {
  const opening = await visit(browser, api, look);
  try {
    await use(opening);
    expect(opening.faults).toEqual([]);
  } finally {
    await opening.close();
  }
}

const loadPortal = () => product.store.portals.load(product.portalId);

test('country, zone and policies of the portal are changed on its page', async () => {
  await at({ path: '/portal' }, async ({ page }) => {
    await page.getByRole('progressbar', { name: 'Requests' }).waitFor();
    await page.getByLabel('Country of numbers without a code').selectOption('BR');
    await page.getByLabel('Time zone').selectOption('America/Sao_Paulo');
    await page.getByText('Create one when they write first').click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved').first().waitFor();
    await page.getByLabel('Texts on their page').fill('30');
    await page.getByRole('button', { name: 'Keep it so long' }).click();
    await eventually('it is kept so long', async () => (await loadPortal())?.retention?.messages === 30);
  });
  expect(await loadPortal()).toMatchObject({
    defaultCountry: 'BR',
    timeZone: 'America/Sao_Paulo',
    createMissing: 'whenTheyWriteFirst',
  });
});

test('a webhook is looked at point by point before it is connected', async () => {
  await at({ path: '/portal' }, async ({ page }) => {
    await page.getByRole('button', { name: 'Connect another' }).click();
    const address = page.getByLabel('Address of the webhook');
    await address.fill(product.portal.webhookUrl.replace(/\/[^/]+\/$/, '/wrongsecret/'));
    await page.getByRole('button', { name: 'Check the webhook' }).click();
    await page.getByText('something is missing').waitFor();
    await page.getByText('The webhook was deleted or its address was not copied whole').waitFor();
    await address.fill(product.portal.webhookUrl);
    await page.getByRole('button', { name: 'Check the webhook' }).click();
    await page.getByText('everything that is needed is there').waitFor();
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.getByText('Connected').first().waitFor();
  });
});

test('disconnecting says what ends before it ends', async () => {
  await at({ path: '/portal' }, async ({ page }) => {
    await page.getByRole('button', { name: 'Disconnect' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('0 links end.').waitFor();
    expect(await loadPortal()).toMatchObject({ disconnectedAt: null });
    await dialog.getByRole('button', { name: 'Disconnect' }).click();
    await page.getByText('Disconnected').first().waitFor();
  });
  expect((await loadPortal())?.disconnectedAt).toBeInstanceOf(Date);
  await product.store.portals.connect(product.portal.webhookUrl, { defaultCountry: 'DE', timeZone: 'UTC' });
});

test('somebody who is invited logs in once, sees no settings, and is out when removed', async () => {
  let link = '';
  await at({ path: '/users' }, async ({ page }) => {
    await page.getByRole('button', { name: 'Invite' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Zoë Agent');
    await dialog.getByRole('button', { name: 'Invite' }).click();
    link = await page.getByLabel('Link for Zoë Agent').inputValue();
    const context = await browser.newContext();
    const theirs = await context.newPage();
    await theirs.goto(link);
    await theirs.getByRole('heading', { level: 1 }).waitFor();
    await theirs.getByRole('link', { name: 'Contacts', exact: true }).waitFor();
    expect(await theirs.getByRole('link', { name: 'Bitrix24' }).count()).toBe(0);
    await page.reload();
    const more = page.getByRole('button', { name: /Zoë Agent/ });
    await more.press('Enter');
    await page.getByRole('menuitem', { name: 'Remove' }).press('Enter');
    await page.getByRole('dialog').press('Escape');
    await dialog.waitFor({ state: 'detached' });
    // The line of the menu is gone: the keyboard is back on its button.
    await page.locator('[aria-label$="Zoë Agent"]:focus').waitFor();
    await more.click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('Only you so far').waitFor();
    await theirs.goto(new URL('/contacts', link).href);
    await theirs.waitForURL(/\/log-in/);
    await context.close();
  });
});

test('a token is shown once, works as its role, and is revoked', async () => {
  await at({ path: '/users' }, async ({ page }) => {
    await page.getByRole('button', { name: 'New token' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('What it is for').fill('Report');
    await dialog.getByRole('button', { name: 'New token' }).click();
    const token = await page.getByLabel('Token Report').inputValue();
    const look = (path: string) =>
      fetch(`${api.url}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } });
    expect([(await look('/links')).status, (await look('/users')).status]).toEqual([200, 403]);
    await page.getByRole('button', { name: 'Revoke: Report' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('No tokens', { exact: true }).waitFor();
    await eventually('it is refused', async () => (await look('/links')).status === 401);
  });
});

/** What the next event is answered with: nothing leaves this machine. */
const answers: Outcome[] = [];
const post: Post = (_url, { body }) => {
  const outcome = answers.shift() ?? { kind: 'taken' };
  return Promise.resolve(JSON.parse(body).type === 'test' ? outcome : { kind: 'refused', reason: 'no test' });
};
const sendWebhooks = async () => {
  const [receiver] = await product.store.receivers.list();
  if (receiver) await takeTurn({ store: product.store, post }, receiver, 5_000);
};

test('a receiver of events gets a secret that is shown once, is tried, set aside, started again and removed', async () => {
  await at({ path: '/webhooks' }, async ({ page }) => {
    await page.getByText('Nobody is sent anything').waitFor();
    await page.getByRole('button', { name: 'Add a receiver' }).click();
    const address = page.getByLabel('Address', { exact: true });
    await address.fill('https://127.0.0.1/events');
    await page.getByLabel('Messages are on a contact’s page').uncheck();
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('Nothing may be sent to this address').waitFor();
    await address.fill('https://hooks.example.com/events');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    expect(await page.getByLabel('Secret of this receiver').inputValue()).toMatch(/^whsec_/);
    expect(await listSerious(page)).toEqual([]);
    await page.reload();
    const card = page.getByRole('region', { name: 'hooks.example.com' });
    await card.getByText('Works', { exact: true }).waitFor();
    expect(await page.getByLabel('Secret of this receiver').count()).toBe(0);
    await card.getByRole('button', { name: 'Send a test' }).click();
    const tried = card.getByRole('list', { name: 'Deliveries' }).getByRole('listitem');
    await tried.filter({ hasText: 'Waits' }).waitFor();
    answers.push({ kind: 'refused', reason: 'HTTP 404' });
    await sendWebhooks();
    await tried.filter({ hasText: 'HTTP 404' }).waitFor();
    await product.store.receivers.model.updateMany(
      {},
      { $set: { setAside: { at: new Date(), reason: 'HTTP 404' } } },
    );
    await page.reload();
    await card.getByText('Set aside', { exact: true }).waitFor();
    await card.getByRole('button', { name: 'Start again' }).click();
    await page.getByRole('dialog').getByText('Leave it out').waitFor();
    expect(await listSerious(page)).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: 'Start again' }).click();
    await card.getByText('Set aside', { exact: true }).waitFor({ state: 'detached' });
    // The card is drawn anew while the answer is on its way.
    await eventually('the event is taken', async () => {
      await sendWebhooks();
      return (await product.store.notices.model.countDocuments({ state: 'sent' })) === 1;
    });
    await card.getByRole('button', { name: 'Deliveries' }).click();
    await tried.filter({ hasText: 'Taken' }).waitFor();
    await card.getByRole('button', { name: 'Remove: hooks.example.com' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('Nobody is sent anything').waitFor();
  });
  expect(await product.store.receivers.list()).toEqual([]);
});

test('somebody who was forgotten is let in again by their number', async () => {
  const { keptAway } = product.store;
  const { key } = toPhoneAlias('+491701010101');
  await keptAway.add(product.portalId, [key], 'forgotten');
  await at({ path: '/portal' }, async ({ page }) => {
    const form = page.locator('form').filter({ hasText: 'Let a forgotten person in again' });
    await form.getByLabel('Phone number').fill('what');
    await form.getByRole('button', { name: 'Let in' }).click();
    await form.getByText('This phone number cannot be read').waitFor();
    await form.getByLabel('Phone number').fill('0170 1010101');
    await form.getByRole('button', { name: 'Let in' }).click();
    await page.getByText('What comes from this number is taken in').first().waitFor();
  });
  expect(await keptAway.model.countDocuments()).toBe(0);
});

test('who may not configure is not shown the portal', async () => {
  await at({ path: '/', role: 'viewer' }, async ({ page }) => {
    await page.getByRole('link', { name: 'Contacts', exact: true }).waitFor();
    expect(await page.getByRole('link', { name: 'Bitrix24' }).count()).toBe(0);
    await page.goto(`${api.url}/portal`);
    await page.waitForURL(`${api.url}/`);
    await page.goto(`${api.url}/webhooks`);
    await page.waitForURL(`${api.url}/`);
  });
});
