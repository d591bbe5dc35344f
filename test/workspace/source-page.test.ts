import { useApiOf } from '../scenes/api';
import { sayInGroup, type SaidInGroup } from '../scenes/group';
import { linkOne, personWith } from '../scenes/link-one';
import { opened } from '../scenes/opened';
import { eventually, useProduct } from '../scenes/product';
import { listSerious, useBrowser, visit, type Visit } from '../scenes/workspace';
import { planted } from '../scenes/workspace-people';

const product = useProduct();
const api = useApiOf(product);
const browser = useBrowser();
const phones = ['+491701000001', '+491701000002', '+491701000003'];
const minute = 60_000;
const ago = (minutes: number): Date => new Date(Date.now() - minutes * minute);

/** Two groups of three people, of whom two are linked and one of these has not spoken; and a number of WAHA with a past. */
const scene = opened(
  async () => {
    const { store, portalId, account, portal } = product;
    const [ana = '', ben = '', cem = ''] = phones;
    const said = (by: string, name: string, jid: string): SaidInGroup => ({
      text: `${name} here`,
      by,
      name,
      jid,
    });
    const [first, second] = ['120363000000000001@g.us', '120363000000000002@g.us'];
    const contacts: number[] = [];
    const links: string[] = [];
    for (const [phone, name] of [
      [ana, 'Ana Souza'],
      [ben, 'Ben Silent'],
    ] as const) {
      const crmContactId = portal.addContact({ name, phones: [phone] });
      contacts.push(crmContactId);
      const personId = await personWith(store, portalId, phone, name);
      links.push((await linkOne(store, portalId, personId, crmContactId))._id);
    }
    await sayInGroup(store, account, said(ana, 'Ana Souza', first), said(cem, 'Cem', first));
    await sayInGroup(store, account, said(ana, 'Ana Souza', second));
    const chat = await store.chats.findGroup(portalId, first);
    const silent = await personWith(store, portalId, ben);
    await store.members.enter([{ portalId, chatId: chat?._id ?? '', personId: silent, at: ago(5) }]);
    const planting = { title: `${planted.markup} ${planted.override} 🌸 مجموعة ${'long '.repeat(30)}` };
    await store.chats.model.updateOne({ groupJid: second }, { $set: planting });
    const waha = await store.accounts.add({
      ...{
        portalId,
        kind: 'waha',
        e164: '+491705550000',
        name: 'Support',
        hmacKey: 'a-key-of-sixteen-letters',
      },
    });
    const { _id: wahaId } = waha.account;
    const reading = {
      portalId,
      accountId: wahaId,
      kind: 'history',
      from: ago(60 * 24 * 30),
      to: ago(0),
    } as const;
    const { _id: importId } = await store.imports.begin(reading);
    const counts = { done: 12, total: 48, failed: 1, messagesRead: 3_400, messagesFound: 3_100 };
    await store.imports.saveCounts(importId, counts);
    const gap = await store.gaps.open({
      portalId,
      accountId: wahaId,
      reason: 'unreachable',
      from: ago(90),
      to: ago(80),
    });
    await store.gaps.close(gap._id, 7, ago(70));
    await store.gaps.open({ portalId, accountId: wahaId, reason: 'needs-qr', from: ago(20) });
    return {
      ...{ accountId: account._id, chatId: chat?._id ?? '', benId: contacts[1] ?? 0, wahaId, importId },
      anaLinkId: links[0] ?? '',
    };
  },
  () => undefined,
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

const policyNow = async () => (await api.get(`/api/v1/chats/${scene.chatId}/group-policy`)).body;

test('group preview: on whose pages a group would be is shown before it is saved', async () => {
  await at({ path: `/sources/${scene.accountId}` }, async ({ page }) => {
    await page.getByText('2 linked members').waitFor();
    await page.getByRole('searchbox').fill('project');
    await page.getByRole('button', { name: 'Change: Project X' }).click();
    const pages = (name: string) => page.getByRole('region', { name }).getByRole('listitem');
    const names = async (name: string, count: number) => {
      await page.getByRole('region', { name }).getByText(`${count} contact`).waitFor();
      return (await pages(name).getByRole('link').allTextContents()).map((text) => text.trim()).sort();
    };
    expect(await names('It is on these pages', 2)).toEqual(['Ana Souza', 'Ben Silent']);
    await page.getByText('Speakers only').click();
    expect(await names('It would be on these pages', 1)).toEqual(['Ana Souza']);
    await page.getByRole('radio', { name: /^Off/ }).check();
    await page.getByText("On nobody's page.", { exact: true }).waitFor();
    await page.getByRole('radio', { name: /^One contact/ }).check();
    await page.getByText('Choose a contact to see its page here.').waitFor();
    await page.getByRole('searchbox', { name: /Bitrix24/ }).fill('Silent');
    await page.getByRole('radio', { name: /Ben Silent/ }).check();
    expect(await names('It would be on these pages', 1)).toEqual(['Ben Silent']);
    expect(await policyNow()).toMatchObject({ mode: 'linked-members', isDefault: true });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(`One contact #${scene.benId}`).waitFor();
  });
  expect(await policyNow()).toMatchObject({ mode: 'one', crmContactId: scene.benId });
});

test('a viewer sees on whose pages a group is, and is offered no change', async () => {
  await at({ path: `/sources/${scene.accountId}`, role: 'viewer' }, async ({ page }) => {
    await page.getByRole('button', { name: /^Show pages: Project X/ }).click();
    await page.getByRole('region', { name: 'It is on these pages' }).waitFor();
    for (const name of ['Save', 'What is wanted'])
      expect(await page.getByRole('button', { name }).count()).toBe(0);
  });
});

test('the groups of a contact are on their card, with who said what', async () => {
  await at({ path: `/contacts/${scene.anaLinkId}` }, async ({ page }) => {
    await page.getByRole('button', { name: /Project X/ }).click();
    const bubble = page.getByRole('listitem').filter({ hasText: 'Cem here' });
    await bubble.getByText('Cem', { exact: true }).waitFor();
    // The group is on another page by now, so that hers is not whole: it says what is missing.
    await page.getByText(/^Kept here only/).waitFor();
  });
});

test('what a group said before comes onto the page when somebody asks for it', async () => {
  await at({ path: `/contacts/${scene.anaLinkId}` }, async ({ page }) => {
    await page.getByRole('button', { name: /مجموعة/ }).click();
    await page.getByRole('button', { name: 'Earlier messages onto the page' }).click();
    await page.getByRole('dialog').getByText('It can be many entries').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Show them' }).click();
    await page.getByText('Earlier messages come onto the page').waitFor();
    const operation = await product.store.operations.model.findOne({ kind: 'bindEarlier' }).lean();
    await product.store.operations.finish(operation?._id ?? '', 'done', null);
    await page.getByText('The earlier messages are on the page').waitFor();
  });
});

test('when a silence is an alarm is said beside the signs of life', async () => {
  await at({ path: `/sources/${scene.wahaId}?tab=liveness` }, async ({ page }) => {
    await page.getByRole('heading', { name: 'Signs of life' }).waitFor();
    await page.getByText('After a time of my own').click();
    await page.getByLabel('Minutes of silence').fill('45');
    await page.getByLabel('Nights count, too').check();
    expect(await listSerious(page)).toEqual([]);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved', { exact: true }).first().waitFor();
  });
  const { livenessSettings } = (await product.store.accounts.load(scene.wahaId)) ?? {};
  expect(livenessSettings).toEqual({ quietAfterMs: 45 * minute, countNights: true });
});

test('names of groups that people plant stay text, and leave no page wider', async () => {
  await at({ path: `/sources/${scene.accountId}`, width: 390, height: 844 }, async ({ page }) => {
    const row = page.getByRole('listitem').filter({ hasText: 'مجموعة' });
    await row.waitFor();
    expect(await row.textContent()).toContain(planted.markup);
    expect(await page.locator('img[src="x"]').count()).toBe(0);
    const root = 'document.documentElement';
    expect(await page.evaluate(`${root}.scrollWidth - ${root}.clientWidth`)).toBe(0);
  });
});

test('a reading of the past shows how far it is, is stopped and goes on; gaps say what became of them', async () => {
  const { imports, accountHistories } = product.store;
  const stateOf = async () => (await imports.load(scene.importId))?.state;
  await at({ path: `/sources/${scene.wahaId}?tab=history` }, async ({ page }) => {
    await page.getByText('12 / 48').waitFor();
    await page.getByText('3,400 messages read, 3,100 of them new').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('Stopped', { exact: true }).waitFor();
    expect(await stateOf()).toBe('cancelled');
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByText('Being read', { exact: true }).waitFor();
    expect(await stateOf()).toBe('running');
    const gaps = page.getByRole('region', { name: 'Gaps' }).getByRole('listitem');
    await gaps.filter({ hasText: 'A code waited to be scanned' }).getByText('Lasts').waitFor();
    const closed = gaps.filter({ hasText: 'The source was not reachable' });
    await closed.getByText('7 messages were found').waitFor();
    await page.getByLabel('When the number is connected').selectOption('Everything');
    await page.getByText('Saved', { exact: true }).first().waitFor();
  });
  expect(await accountHistories.load(scene.wahaId)).toMatchObject({ daysAtConnect: null });
});

test('older messages of one contact are asked for as far back as somebody says', async () => {
  await at({ path: `/contacts/${scene.anaLinkId}` }, async ({ page }) => {
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Read older messages' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('How far back').selectOption('Everything');
    await dialog.getByRole('button', { name: 'Read' }).click();
    await page.getByText('1 number is being read').first().waitFor();
  });
  const begun = await product.store.imports.model.findOne({ linkId: scene.anaLinkId }).lean();
  expect(begun).toMatchObject({ accountId: scene.wahaId, kind: 'history' });
});

test('what is wanted from a number is changed, and a line that is no chat is told of', async () => {
  await at({ path: `/sources/${scene.accountId}?tab=wanted` }, async ({ page }) => {
    await page.getByLabel('Never these chats').fill('+491705550001\nnonsense');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('A line is neither a number').waitFor();
    await page.getByLabel('Never these chats').fill('+491705550001');
    await page.getByLabel('Messages of groups').uncheck();
    await page.getByLabel('Largest file in MB').fill('2.5');
    await page.getByLabel('Types of files').fill('image/*, application/pdf');
    await page.getByLabel('Days before').fill('30');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved', { exact: true }).first().waitFor();
  });
  expect((await product.store.accounts.load(scene.accountId))?.policy).toMatchObject({
    ...{ syncGroups: false, excludeChats: ['+491705550001'], includeChats: [], historyDays: 30 },
    media: { maxBytes: 2_500_000, types: ['image/*', 'application/pdf'] },
  });
});

test('who changed it is shown where people and access are', async () => {
  await at({ path: '/users' }, async ({ page }) => {
    const changes = page.getByRole('region', { name: 'Changes' });
    await changes.getByText('What is wanted of a number changed').first().waitFor();
    await changes.getByText('Fields: syncGroups, onlyLinkedContacts').first().waitFor();
    await changes.getByLabel('About').selectOption('Chats and groups');
    await changes.getByText('Pages of a group changed').waitFor();
    await eventually('only groups', async () => (await changes.getByText(/number changed/).count()) === 0);
  });
});
