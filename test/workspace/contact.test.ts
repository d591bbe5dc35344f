import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import type { IncomingMessage } from '../../domain/message';
import { ingestMessage } from '../../intake/ingest-message';
import { toIncoming } from '../helpers/incoming';
import { useApiOf } from '../scenes/api';
import { opened } from '../scenes/opened';
import { eventually, requestLink, say, useProduct } from '../scenes/product';
import { listSerious, useBrowser, visit } from '../scenes/workspace';

const product = useProduct();
const api = useApiOf(product);
const browser = useBrowser();
const phone = '+491701234567';
const scene = opened(
  async () => {
    await product.startWorker();
    await say(product, { id: 'first', text: 'Is it ready?', peer: phone, name: 'Klaus Weber' });
    product.portal.setSettings({ companies: [[7, 'Weber & Söhne']] });
    const contactId = product.portal.addContact({
      ...{ name: 'Klaus Weber', phones: [phone], emails: ['klaus@weber.example'] },
      fields: { post: 'Buyer', companyId: 7, sourceId: 'WEB' },
    });
    const otherId = product.portal.addContact({ name: 'Klaus Weber junior', phones: ['+491701234599'] });
    const linkId = await requestLink(product, { phone, name: 'Klaus Weber' });
    await eventually('the message is on the page', () => product.portal.comments(contactId).length > 0);
    return { linkId, contactId, otherId };
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

test('a message that comes appears by itself, with its way to the page', async () => {
  await open(`/contacts/${scene.linkId}`, async (page) => {
    await page.getByText('Is it ready?').waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    await say(product, { id: 'second', text: 'I am at the door', peer: phone, name: 'Klaus Weber' });
    const bubble = page.locator('li', { hasText: 'I am at the door' });
    await bubble.waitFor();
    await bubble.getByText(/On the contact's page · comment \d+/).waitFor({ state: 'attached' });
    await page.getByText('The same number').waitFor();
  });
});

/** Something that is no text, said or done by the contact. */
const show = (id: string, more: Partial<IncomingMessage>) =>
  ingestMessage(
    product.store,
    product.account,
    { ...toIncoming({ id, text: '', peer: phone }), text: null, ...more },
    'test',
  );

test('what is no text is shown with what it says, and what became of it', async () => {
  const poll = { question: 'When?', options: ['Monday', 'Tuesday'] };
  await show('poll', { kind: 'poll', details: { poll } });
  const vote = { event: 'vote', kind: 'poll' } as const;
  await show('poll', { ...vote, changeId: 'vote 1', details: { choices: ['Monday'] } });
  await show('poll', { ...vote, changeId: 'vote 2', details: { choices: ['Tuesday'] } });
  await show('poll', { event: 'reaction', changeId: 'sign 1', text: '👍' });
  await show('poll', { event: 'reaction', changeId: 'sign 2', text: '❤️' });
  await show('place', {
    kind: 'location',
    details: { place: { latitude: 52.5, longitude: 13.4, name: 'Yard' } },
  });
  await show('card', { kind: 'contacts', details: { contacts: [{ name: 'Ute', phones: ['+49301234'] }] } });
  await show('order', {
    kind: 'order',
    details: { order: { title: 'Roses', itemCount: 120, total: '99 EUR' } },
  });
  await open(`/contacts/${scene.linkId}`, async (page) => {
    const bubble = (hasText: string) => page.getByRole('listitem').filter({ hasText }).first();
    const asked = bubble('When?');
    await asked.getByText('0 votes').waitFor();
    await asked.getByText('1 vote', { exact: true }).waitFor();
    await asked.getByText('❤️').waitFor();
    expect(await asked.getByText('👍').count()).toBe(0);
    const map = bubble('Yard').getByRole('link', { name: 'Open the map' });
    expect(await map.getAttribute('href')).toContain('mlat=52.5&mlon=13.4');
    await bubble('Ute').getByText('+49301234').waitFor();
    await bubble('Roses').getByText('120 items · 99 EUR').waitFor();
  });
});

test('what Bitrix24 refused says why, and is sent again from its bubble', async () => {
  const refuse = { kind: 'refuse', error: 'INVALID_ARG_VALUE', error_description: 'No.' } as const;
  product.portal.setFaults([{ ...refuse, method: 'crm.timeline.comment.add', command: 0 }]);
  await say(product, { id: 'refused', text: 'A curious text', peer: phone, name: 'Klaus Weber' });
  await open(`/contacts/${scene.linkId}`, async (page) => {
    const bubble = page.getByRole('listitem').filter({ hasText: 'A curious text' });
    await bubble.getByText('INVALID_ARG_VALUE').waitFor();
    await bubble.getByRole('button', { name: 'Send again' }).click();
    await bubble.getByText(/On the contact's page · comment \d+/).waitFor({ state: 'attached' });
    expect(await bubble.getByRole('button', { name: 'Send again' }).count()).toBe(0);
  });
});

test('the contact is shown as Bitrix24 has it, with the way to its page', async () => {
  await open(`/contacts/${scene.linkId}`, async (page) => {
    const card = page.locator('section', { has: page.getByRole('heading', { name: 'In Bitrix24' }) });
    for (const words of ['Weber & Söhne', 'Buyer', 'Clients', 'Website', 'klaus@weber.example', 'Employee 1'])
      await card.getByText(words, { exact: true }).waitFor();
    const link = card.getByRole('link', { name: 'Open in Bitrix24' });
    expect(await link.getAttribute('href')).toContain(`/crm/contact/details/${scene.contactId}/`);
  });
});

test('a contact is paused and goes on', async () => {
  await open(`/contacts/${scene.linkId}`, async (page) => {
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('Paused', { exact: true }).waitFor();
    expect((await product.store.links.load(scene.linkId))?.rhythm).toBe('paused');
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByText('Up to date', { exact: true }).waitFor();
    expect((await product.store.links.load(scene.linkId))?.rhythm).not.toBe('paused');
  });
});

test('a viewer sees everything of a contact and is offered nothing to change', async () => {
  await open(
    `/contacts/${scene.linkId}`,
    async (page) => {
      await page.getByText('Is it ready?').waitFor();
      await page.getByRole('link', { name: /^Contact \d+$/ }).waitFor();
      for (const name of ['Pause', 'Back up now', 'More actions'])
        expect(await page.getByRole('button', { name }).count()).toBe(0);
    },
    { role: 'viewer' },
  );
});

test('the panel finds the contact of a chat, at 360 pixels', async () => {
  const small = { width: 360, height: 640 };
  await open(
    '/panel?chat=491701234567@c.us',
    async (page) => {
      await page.getByRole('heading', { name: 'Klaus Weber' }).waitFor();
      const href = await page.getByRole('link', { name: 'Open in Bitrix24' }).getAttribute('href');
      expect(href).toBe(`${product.portal.url}/crm/contact/details/${scene.contactId}/`);
      for (const name of ['In Bitrix24', 'Completeness', 'Why it is linked', 'History of the link'])
        await page.getByRole('heading', { name }).waitFor();
      await page.getByRole('region', { name: 'Messages' }).waitFor();
      const root = 'document.documentElement';
      expect(await page.evaluate(`${root}.scrollWidth - ${root}.clientWidth`)).toBe(0);
    },
    small,
  );
});

test('another contact is found while typing, and what was posted moves there', async () => {
  await open(`/contacts/${scene.linkId}`, async (page) => {
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Another contact' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('searchbox').fill('junior');
    await dialog.getByText('Klaus Weber junior').click();
    await dialog.getByText('Move it to the new page').waitFor();
    await dialog.getByRole('button', { name: 'Another contact' }).click();
    await page.getByRole('link', { name: `Contact ${scene.otherId}` }).waitFor();
    await eventually('the comments are there', () => product.portal.comments(scene.otherId).length > 0);
    await page.getByText('The contact was changed').waitFor();
  });
});

test('a chat is excluded and taken in again, and is then taken along as a page', async () => {
  await open(`/contacts/${scene.linkId}`, async (page) => {
    await page.getByRole('button', { name: 'Exclude chat' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Exclude' }).click();
    await page.getByText('nothing that comes in this chat is taken in').first().waitFor();
    await page.getByRole('button', { name: 'Take in again' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Take in again' }).click();
    await page.getByRole('button', { name: 'Exclude chat' }).waitFor();
    await page.getByRole('button', { name: 'Export chat' }).click();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: /HTML/ }).click(),
    ]);
    const text = await readFile(await file.path(), 'utf8');
    expect(text).toContain('I am at the door');
    expect(text).toContain('mlat=52.5');
  });
});

test('a contact is unlinked with what was posted, and linked again', async () => {
  await open(`/contacts/${scene.linkId}`, async (page) => {
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Unlink' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Remove it').click();
    await dialog.getByRole('button', { name: 'Unlink' }).click();
    await page.getByText('Not linked', { exact: true }).waitFor();
    await eventually('the comments are gone', () => product.portal.comments(scene.otherId).length === 0);
    await page.getByRole('button', { name: `Link with contact ${scene.otherId} again` }).click();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
  });
});

test('what is kept of a contact is taken along, and the contact is excluded, taken in again and forgotten', async () => {
  await open(`/contacts/${scene.linkId}`, async (page) => {
    const privacy = page.locator('section', { has: page.getByRole('heading', { name: 'Privacy' }) });
    const dialog = page.getByRole('dialog');
    await privacy.getByRole('button', { name: 'Exclude' }).click();
    await dialog.getByText('Exclude this person?').waitFor();
    expect(await listSerious(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Exclude' }).click();
    await privacy.getByText('Excluded: nothing that comes from this person is taken in.').waitFor();
    await privacy.getByRole('button', { name: 'Take in again' }).click();
    await dialog.getByRole('button', { name: 'Take in again' }).click();
    const [zip] = await Promise.all([
      page.waitForEvent('download'),
      privacy.getByRole('button', { name: 'Export everything' }).click(),
    ]);
    expect(zip.suggestedFilename()).toMatch(/\.zip$/);
    await privacy.getByRole('button', { name: 'Forget this person' }).click();
    expect(await dialog.getByRole('button', { name: 'Forget this person' }).isDisabled()).toBe(true);
    expect(await listSerious(page)).toEqual([]);
    await dialog.getByLabel('I am sure').check();
    await dialog.getByRole('button', { name: 'Forget this person' }).click();
    await page.waitForURL(/\/forgotten\/[0-9a-f]{24}$/);
    await page.getByText('Nothing of this person is left here.').waitFor();
    const deleted = page.locator('section', { has: page.getByRole('heading', { name: 'What was deleted' }) });
    await deleted.getByText('Links with contacts').waitFor();
    // A notice has guards for the keyboard that are the kit's, and goes by itself.
    await page
      .getByText('The person is being forgotten.', { exact: true })
      .first()
      .waitFor({ state: 'detached' });
    expect(await listSerious(page)).toEqual([]);
    const [proof] = await Promise.all([
      page.waitForEvent('download'),
      deleted.getByRole('button', { name: 'Take the proof along' }).click(),
    ]);
    expect(JSON.parse(await readFile(await proof.path(), 'utf8'))).toMatchObject({ deleted: { links: 1 } });
  });
  expect(await product.store.links.load(scene.linkId)).toBeNull();
});
