import { readFile } from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { useApiOf } from '../scenes/api';
import { opened } from '../scenes/opened';
import { eventually, requestLink, say, useProduct } from '../scenes/product';
import { useBrowser, visit } from '../scenes/workspace';

const product = useProduct();
const api = useApiOf(product);
const browser = useBrowser();
const cast = { Anna: '+491701110001', Bruno: '+491701110002', Clara: '+491701110003' };
type Name = keyof typeof cast;

const scene = opened(
  async () => {
    await product.startWorker();
    const other = await api.addAccount({
      portalId: product.portalId,
      name: 'Service',
      phone: '+49 30 7654321',
    });
    const links = {} as Record<Name, string>;
    for (const [name, phone] of Object.entries(cast) as [Name, string][]) {
      await say(product, { id: `of ${name}`, text: `I am ${name}`, peer: phone, name });
      product.portal.addContact({ name, phones: [phone] });
      links[name] = await requestLink(product, { phone, name });
    }
    await eventually('all are linked', async () => {
      const known = await product.store.links.loadMany(Object.values(links));
      return known.length === 3 && known.every(({ state }) => state === 'linked');
    });
    return { links, other };
  },
  () => undefined,
);

async function open(path: string, use: (page: Page) => Promise<void>, look = {}): Promise<void> {
  const { page, faults, close } = await visit(browser, api, { path, ...look });
  try {
    await use(page);
    expect(faults).toEqual([]);
  } finally {
    await close();
  }
}

const listPaused = async (): Promise<Name[]> => {
  const rhythms = await Promise.all(
    (Object.keys(cast) as Name[]).map(async (name) => {
      const link = await product.store.links.load(scene.links[name]);
      return link?.rhythm === 'paused' ? [name] : [];
    }),
  );
  return rhythms.flat();
};

async function saved(page: Page, act: () => Promise<void>): Promise<{ name: string; text: string }> {
  const [file] = await Promise.all([page.waitForEvent('download'), act()]);
  return { name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8') };
}

test('two that are selected are paused, and all that are paused go on again', async () => {
  await open('/contacts', async (page) => {
    await page.getByRole('checkbox', { name: 'Select Anna' }).press('Space');
    await page.getByRole('checkbox', { name: 'Select Bruno' }).click();
    const bar = page.getByRole('group', { name: 'Selected contacts' });
    await bar.getByText('2 selected').waitFor();
    await bar.getByRole('button', { name: 'Pause' }).click();
    const progress = page.getByRole('region', { name: 'Progress of the change' });
    await progress.getByText('Paused').waitFor();
    await progress.getByText('2 of 2 contacts').waitFor();
    expect(await listPaused()).toEqual(['Anna', 'Bruno']);
    await progress.getByRole('button', { name: 'Close' }).click();
    await progress.waitFor({ state: 'detached' });

    await page.getByLabel('Show').selectOption('Paused');
    await page.getByText('2 contacts', { exact: true }).waitFor();
    await page.getByRole('checkbox', { name: 'Select this page' }).check();
    await bar.getByRole('button', { name: 'Select all: 2 contacts' }).click();
    await bar.getByRole('button', { name: 'Resume' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('All selected: 2 contacts').waitFor();
    await dialog.getByRole('button', { name: 'Resume' }).click();
    await progress.getByText('Resumed').waitFor();
    expect(await listPaused()).toEqual([]);
    await page.getByText('Nobody matches').waitFor();
  });
});

test('the list is saved as a table of what is found, in the order chosen', async () => {
  await open('/contacts', async (page) => {
    await page.getByRole('searchbox').fill('clara');
    await page.getByText('1 contact', { exact: true }).waitFor();
    await page.getByLabel('Order').selectOption('Longest behind first');
    await page.waitForURL(/sort=lastSync/);
    await page.getByRole('link', { name: 'Clara' }).waitFor();
    const { name, text } = await saved(page, () =>
      page.getByRole('button', { name: 'Save the list as CSV' }).click(),
    );
    expect(name).toBe('links.csv');
    expect(text.trimEnd().split('\r\n')).toHaveLength(2);
    expect(text).toContain('Clara');
  });
});

test('contacts are found by the number of ours that they write to', async () => {
  await open('/contacts', async (page) => {
    await page.getByLabel(/^\s*Number/).selectOption(scene.other.id);
    await page.getByText('Nobody matches').waitFor();
    await page.getByRole('button', { name: 'Show all contacts' }).click();
    await page.getByText('3 contacts', { exact: true }).waitFor();
  });
});

test('a chat is exported with what was said in it', async () => {
  await open(`/contacts/${scene.links.Anna}`, async (page) => {
    for (const [format, ending] of [
      [/HTML/, 'html'],
      [/JSON/, 'json'],
      [/CSV/, 'csv'],
    ] as const) {
      await page.getByRole('button', { name: 'Export chat' }).click();
      const { name, text } = await saved(page, () => page.getByRole('menuitem', { name: format }).click());
      expect(name).toMatch(new RegExp(`^chat-[0-9a-f]+\\.${ending}$`));
      expect(text).toContain('I am Anna');
    }
  });
});

test('many are selected on a phone by everybody, and by who may only look not at all', async () => {
  const phone = { width: 360, height: 740 };
  await open(
    '/contacts',
    async (page) => {
      await page.getByRole('checkbox', { name: 'Select this page' }).check();
      await page.getByText('3 selected').waitFor();
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
      const root = 'document.documentElement';
      expect(await page.evaluate(`${root}.scrollWidth - ${root}.clientWidth`)).toBe(0);
    },
    phone,
  );
  const look = async (page: Page) => {
    await page.getByText('3 contacts', { exact: true }).waitFor();
    expect(await page.getByRole('checkbox').count()).toBe(0);
  };
  await open('/contacts', look, { role: 'viewer' });
});

test('many are unlinked after a question, and what cannot be done is said', async () => {
  await open('/contacts', async (page) => {
    await page.getByRole('checkbox', { name: 'Select Clara' }).check();
    await page.getByRole('button', { name: 'Unlink' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Remove it').click();
    await dialog.getByRole('button', { name: 'Unlink' }).click();
    const progress = page.getByRole('region', { name: 'Progress of the change' });
    await progress.getByText('Unlinking was asked for').waitFor();
    await page.locator('tr', { hasText: 'Clara' }).getByText('Not linked', { exact: true }).waitFor();
    await page.getByRole('checkbox', { name: 'Select Clara' }).check();
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await progress.getByText('1 contact was left as it was.').waitFor();
  });
});
