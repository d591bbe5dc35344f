import { toPhoneAlias, type Alias } from '../../domain/identity';
import { ingestMessage } from '../../intake/ingest-message';
import { toIncoming } from '../helpers/incoming';
import { useApiOf } from '../scenes/api';
import { eventually, say, useProduct } from '../scenes/product';
import { listSerious, useBrowser, visit, type Visit } from '../scenes/workspace';

const product = useProduct();
const api = useApiOf(product);
const browser = useBrowser();

beforeAll(() => product.startWorker());

async function at(look: Parameters<typeof visit>[2], use: (visit: Visit) => Promise<void>): Promise<void> {
  const opening = await visit(browser, api, look);
  try {
    await use(opening);
    expect(opening.faults).toEqual([]);
  } finally {
    await opening.close();
  }
}

const contactOf = async (phone: string) =>
  (await api.get(`/api/v1/links?phone=${encodeURIComponent(phone)}`)).body.items[0]?.crmContactId ?? null;

const askToLink = async (name: string, phone: string) => {
  await say(product, { id: `said by ${name}`, text: `I am ${name}`, peer: phone, name });
  await api.post('/api/v1/links', { phone, name });
};

test('of two contacts with one number a person chooses, who sees them side by side', async () => {
  const phone = '+491701112233';
  product.portal.addContact({ name: 'Carla Old', phones: [phone] });
  const second = product.portal.addContact({ name: 'Carla New', phones: ['0170 1112233'] });
  await askToLink('Carla', phone);
  await at({ path: '/linking' }, async ({ page }) => {
    const card = page.getByRole('article').filter({ hasText: 'Carla' });
    await card.getByText('2 contacts have this number').waitFor();
    await card.getByText('Carla Old').waitFor();
    await card.getByText('Carla New').click();
    await card.getByRole('button', { name: 'Link with this contact' }).click();
    await page.getByText('Nothing to decide').waitFor();
  });
  await eventually('the link', async () => (await contactOf(phone)) === second);
});

test('who has no contact gets a new one, and what the portal requires is asked for', async () => {
  const phone = '+491704445566';
  product.portal.setSettings({ requiredContactFields: ['ufCrmBranch'] });
  await askToLink('Dora', phone);
  await at({ path: '/linking?tab=people' }, async ({ page }) => {
    const card = page.getByRole('article').filter({ hasText: 'Dora' });
    await card.getByRole('button', { name: 'New contact' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByLabel('Name').inputValue()).toBe('Dora');
    await dialog.getByRole('button', { name: 'Create and link' }).click();
    await dialog.getByText('Bitrix24 requires more of a new contact').waitFor();
    await dialog.locator('input').nth(1).fill('Hamburg');
    await dialog.getByRole('button', { name: 'Create and link' }).click();
    await page.getByText('Everybody has a contact').waitFor();
  });
  await eventually('the new contact', async () => (await contactOf(phone)) !== null);
});

test('a list links many, names the row that cannot be read, and is undone as one', async () => {
  const phone = '+491708889900';
  const contactId = product.portal.addContact({ name: 'Frida List', phones: [phone] });
  const list = (row: string) => ({
    ...{ name: 'list.csv', mimeType: 'text/csv' },
    buffer: Buffer.from(`phone,contact,name\n${row}\n`),
  });
  await at({ path: '/linking?tab=list' }, async ({ page }) => {
    const field = page.locator('input[type=file]');
    await field.setInputFiles(list(`12,${contactId},Frida`));
    await page.getByText(/^Row 2, phone: is no full phone number/).waitFor();
    await field.setInputFiles(list(`${phone},${contactId},Frida`));
    const progress = page.getByRole('region', { name: 'Progress of the list' });
    await progress.getByText('1 linked').waitFor();
    expect(await contactOf(phone)).toBe(contactId);
    expect(await listSerious(page)).toEqual([]);
    await progress.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Undo' }).click();
    await progress.getByText('1 link is ended').waitFor();
  });
  const stateOf = async () =>
    (await api.get(`/api/v1/links?phone=${encodeURIComponent(phone)}`)).body.items[0]?.state;
  await eventually('the link has ended', async () => (await stateOf()) === 'unlinked');
});

test('the dry run says who would be linked to whom, and links them when told', async () => {
  const phone = '+491707778899';
  const contactId = product.portal.addContact({ name: 'Emil Card', phones: [phone] });
  await say(product, { id: 'E1', text: 'hello', peer: phone, name: 'Emil' });
  await at({ path: '/linking?tab=plan' }, async ({ page }) => {
    await page.getByText('Emil Card').waitFor();
    expect(await contactOf(phone)).toBeNull();
    await page.getByRole('button', { name: 'Link 1 person' }).click();
    await page.getByRole('region', { name: 'Progress' }).waitFor();
  });
  // The page is closed: the server goes on by itself.
  await eventually('the link', async () => (await contactOf(phone)) === contactId);
  await at({ path: '/linking?tab=plan' }, async ({ page }) => {
    await page.getByText('Everybody is linked').waitFor();
  });
});

test('a card leads to its question, whichever tab lists it, with what was said beside it', async () => {
  const phone = '+491705556677';
  await askToLink('Gerda', phone);
  const [link] = (await api.get(`/api/v1/links?phone=${encodeURIComponent(phone)}`)).body.items;
  await at({ path: `/contacts/${link.id}` }, async ({ page }) => {
    await page.getByRole('link', { name: 'Decide' }).click();
    const card = page.getByRole('article').filter({ hasText: 'Gerda' });
    await card.getByRole('button', { name: 'What they wrote' }).click();
    await card.getByText('I am Gerda').waitFor();
    expect(await listSerious(page)).toEqual([]);
    await card.getByRole('button', { name: 'Not now' }).click();
    await page.getByText('This question is answered').waitFor();
    await page.getByRole('link', { name: 'See all questions' }).click();
    await page
      .getByRole('button', { name: 'Several contacts' })
      .and(page.locator('[aria-current]'))
      .waitFor();
  });
});

test('a viewer sees the questions and cannot answer them', async () => {
  const phone = '+491709990000';
  await askToLink('Fritz', phone);
  await at({ path: '/linking?tab=people', role: 'viewer' }, async ({ page }) => {
    await page.getByRole('article').filter({ hasText: 'Fritz' }).waitFor();
    expect(await page.getByRole('button', { name: /New contact|Not now/ }).count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Dry run' }).count()).toBe(0);
  });
});

test('the panel knows whose chat without a number it is, and asks what a new contact needs', async () => {
  const phone = '+491706667788';
  const said = toIncoming({ id: 'I1', text: 'I am Ines', peer: phone, name: 'Ines' });
  const lid: Alias = { kind: 'lid', key: 'lid:204639135154355' };
  const aliases = [lid, toPhoneAlias(phone)];
  const peer = { aliases, name: 'Ines' };
  await ingestMessage(
    product.store,
    product.account,
    { ...said, sender: peer, chat: { kind: 'direct', peer } },
    'test',
  );
  product.portal.setSettings({ requiredContactFields: ['ufCrmBranch'] });
  await at({ path: '/panel?chat=204639135154355@lid', width: 360 }, async ({ page }) => {
    await page.getByRole('heading', { name: 'Ines' }).waitFor();
    await page.getByRole('button', { name: 'Choose a contact' }).click();
    await page.getByRole('button', { name: 'Create a new contact' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Create and link' }).click();
    await dialog.getByText('Bitrix24 requires more of a new contact').waitFor();
    await dialog.locator('input').nth(1).fill('Hamburg');
    await dialog.getByRole('button', { name: 'Create and link' }).click();
    await page.getByRole('heading', { name: 'Why it is linked' }).waitFor();
    await page.goto(`${api.url}/panel?chat=999999999999999@lid`);
    await page.getByText('Nobody is known by this chat').waitFor();
  });
});

test('a contact that Bitrix24 refused is filled in on the card of who waits for it', async () => {
  const phone = '+491703334455';
  product.portal.setSettings({ requiredContactFields: ['ufCrmBranch'] });
  await api.post('/api/v1/links', { phone, name: 'Hanna', createIfMissing: true });
  const [link] = (await api.get(`/api/v1/links?phone=${encodeURIComponent(phone)}`)).body.items;
  await at({ path: `/contacts/${link.id}` }, async ({ page }) => {
    await page.getByRole('button', { name: 'Fill in what is missing' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByLabel('Name').inputValue()).toBe('Hanna');
    await dialog.getByRole('button', { name: 'Create and link' }).click();
    await dialog.getByText('Bitrix24 requires more of a new contact').waitFor();
    await dialog.locator('input').nth(1).fill('Hamburg');
    await dialog.getByRole('button', { name: 'Create and link' }).click();
    await page.getByRole('link', { name: 'Open in Bitrix24' }).first().waitFor();
  });
  await eventually('the new contact', async () => (await contactOf(phone)) !== null);
});

test('of several portals the one is asked that somebody chose', async () => {
  const { store } = product;
  const other = await store.portals.connect('https://other.example/rest/1/secret/', {
    defaultCountry: 'DE',
    timeZone: 'UTC',
  });
  const countPortals = async () => (await api.get('/api/v1/overview')).body.portals.length;
  await eventually('both are known', async () => (await countPortals()) === 2);
  product.portal.addContact({ name: 'Hanna Odd', phones: ['12'] });
  await at({ path: '/linking?tab=quality' }, async ({ page }) => {
    await page.getByLabel('Which Bitrix24').selectOption(product.portalId);
    const contact = page.getByRole('link', { name: 'Hanna Odd' });
    expect(await contact.getAttribute('href')).toMatch(/\/crm\/contact\/details\/\d+\/$/);
    const table = await page.getByRole('link', { name: 'CSV' }).getAttribute('href');
    expect(table).toContain(`portalId=${product.portalId}`);
  });
  await store.portals.disconnect(other._id, new Date());
});
