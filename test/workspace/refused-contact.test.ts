import { useApiOf } from '../scenes/api';
import { useProduct } from '../scenes/product';
import { useBrowser, visit } from '../scenes/workspace';

const product = useProduct();
const api = useApiOf(product);
const browser = useBrowser();

beforeAll(() => product.startWorker());

test('a contact that Bitrix24 refused is filled in on the card of who waits for it', async () => {
  const phone = '+491707778899';
  product.portal.setSettings({ requiredContactFields: ['ufCrmBranch'] });
  await api.post('/api/v1/links', { phone, name: 'Hanna', createIfMissing: true });
  const [link] = (await api.get(`/api/v1/links?phone=${encodeURIComponent(phone)}`)).body.items;
  const { page, faults, close } = await visit(browser, api, { path: `/contacts/${link.id}` });
  try {
    await page.getByRole('button', { name: 'Fill in what is missing' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByLabel('Name').inputValue()).toBe('Hanna');
    await dialog.getByRole('button', { name: 'Create and link' }).click();
    await dialog.getByText('Bitrix24 requires more of a new contact').waitFor();
    await dialog.locator('input').nth(1).fill('Hamburg');
    await dialog.getByRole('button', { name: 'Create and link' }).click();
    await page.getByRole('link', { name: 'Open in Bitrix24' }).first().waitFor();
    expect(faults).toEqual([]);
  } finally {
    await close();
  }
  const { body } = await api.get(`/api/v1/links/${link.id}`);
  expect(body).toMatchObject({ state: 'linked', crmContactId: expect.any(Number) });
});
