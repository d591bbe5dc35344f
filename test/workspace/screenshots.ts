import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { useApiOf } from '../scenes/api';
import { eventually, useProduct } from '../scenes/product';
import { useBrowser, visit } from '../scenes/workspace';
import { fillWithPeople } from '../scenes/workspace-people';

const folder = process.env['SCREENSHOTS'] ?? join(__dirname, '..', '..', 'screenshots');
const product = useProduct();
const api = useApiOf(product);
const browser = useBrowser();
const looks = [
  { look: 'light', dark: false, width: 1280, height: 900 },
  { look: 'dark', dark: true, width: 1280, height: 900 },
  { look: 'phone', dark: false, width: 390, height: 844 },
  { look: 'panel', dark: false, width: 360, height: 640 },
] as const;

test('every page is rendered in light, dark and at phone width', async () => {
  mkdirSync(folder, { recursive: true });
  await product.startWorker();
  const { linkIds } = await fillWithPeople(product);
  const pages = {
    overview: '/',
    contacts: '/contacts',
    linking: '/linking',
    people: '/linking?tab=people',
    plan: '/linking?tab=plan',
    list: '/linking?tab=list',
    quality: '/linking?tab=quality',
    sources: '/sources',
    groups: `/sources/${product.account._id}`,
    history: `/sources/${product.account._id}?tab=history`,
    wanted: `/sources/${product.account._id}?tab=wanted`,
    portal: '/portal',
    unreadable: '/unreadable',
    liveness: `/sources/${product.account._id}?tab=liveness`,
    webhooks: '/webhooks',
    users: '/users',
    contact: `/contacts/${linkIds[0]}`,
    'contact with a long name': `/contacts/${linkIds[4]}`,
    'contact with what is no text': `/contacts/${linkIds[6]}`,
    waiting: '/contacts?view=waiting',
    panel: '/panel?phone=%2B971501234567',
    stranger: '/panel?phone=%2B491729990001',
    missing: '/contacts/a/b',
  };
  for (const [name, path] of Object.entries(pages)) {
    for (const { look, ...size } of looks.filter(
      (one) => one.look !== 'panel' || /panel|stranger/.test(name),
    )) {
      const { page, close } = await visit(browser, api, { path, ...size });
      await page.getByRole('heading', { level: 1 }).waitFor({ state: 'attached' });
      await page.getByText('Connecting', { exact: true }).waitFor({ state: 'detached' });
      await page.locator('.skeleton').first().waitFor({ state: 'detached' });
      const loading = page.locator('[role=status] .sr-only');
      await eventually('all that loads', async () => (await loading.count()) === 0);
      await page.screenshot({ path: join(folder, `${name.replaceAll(' ', '-')}-${look}.png`) });
      await close();
    }
  }
}, 600_000);
