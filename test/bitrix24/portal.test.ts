import { setTimeout as sleep } from 'node:timers/promises';
import { createPortal, type Portal } from '../../bitrix24/portal';
import type { RequestMetrics } from '../../bitrix24/rest/client';
import { type SandboxPortal, startSandboxPortal } from '../../sandbox/portal';
import { createMemoryBudgets } from './memory-budgets';

let sandbox: SandboxPortal;
let portal: Portal;
let requests: RequestMetrics[];

beforeEach(async () => {
  sandbox = await startSandboxPortal({ limits: {} });
  requests = [];
  portal = createPortal({
    portalId: 'p',
    webhookUrl: sandbox.webhookUrl,
    requestLimitMs: 5_000,
    budgets: createMemoryBudgets(),
    onRequest: (metrics) => requests.push(metrics),
  });
});

afterEach(async () => {
  await portal.close();
  await sandbox.stop();
});

const always = () => Promise.resolve(true);
const post = (contactId: number, text: string) =>
  portal.timeline.addComment({ contactId, text, lane: 'live', target: `link/${text}`, claim: always });

test('a phone is found as stored, in one request for many, and read back with its card', async () => {
  const ana = sandbox.addContact({ name: 'Ana', lastName: 'Silva', phones: ['+55 (11) 98765-4321'] });
  const twins = ['+491701234567', '0049 170 1234567'].map((phone) =>
    sandbox.addContact({ name: 'K', phones: [phone] }),
  );
  const hits = await Promise.all(
    [['+5511987654321', '11987654321'], ['+491701234567'], ['+14155550000']].map((values) =>
      portal.contacts.findByPhone(values),
    ),
  );
  expect(hits).toEqual([[ana], twins, []]);
  expect(requests).toMatchObject([{ method: 'batch', commands: 3, outcome: 'ok' }]);
  const card = { crmContactId: ana, name: 'Ana Silva', phones: ['+55 (11) 98765-4321'] };
  expect(await portal.contacts.readCards([999, ana])).toEqual({ cards: [card], unreadable: [] });
});

test('a number of twenty contacts is refused, because there may be more', async () => {
  for (let count = 0; count < 20; count += 1) sandbox.addContact({ name: 'Desk', phones: ['+14155552671'] });
  await expect(portal.contacts.findByPhone(['+14155552671'])).rejects.toMatchObject({
    code: 'TOO_MANY_HITS',
  });
});

test('owners of several values that are twenty together, but not for one value, are all told', async () => {
  const values = ['+14155552671', '4155552671'];
  const ids = values.flatMap((phone) =>
    Array.from({ length: 15 }, () => sandbox.addContact({ name: 'Desk', phones: [phone] })),
  );
  const hits = await portal.contacts.findByPhone(values);
  expect(hits.sort((one, other) => one - other)).toEqual(ids);
});

test('more cards than a page holds are read together', async () => {
  const ids = Array.from({ length: 120 }, (_, index) => sandbox.addContact({ name: `c${index}` }));
  const { cards } = await portal.contacts.readCards(ids);
  expect(cards.map(({ crmContactId }) => crmContactId)).toEqual(ids);
  expect(requests).toHaveLength(1);
});

test('a person finds contacts by parts of the name, number or id', async () => {
  const ana = sandbox.addContact({ name: 'Ana', lastName: 'Silva', phones: ['+5511987654321'] });
  sandbox.addContact({ name: 'Ana', lastName: 'Costa' });
  const idsOf = async (query: string) =>
    (await portal.contacts.searchCards(query, 10)).map(({ crmContactId }) => crmContactId);
  expect(await idsOf('ana sil')).toEqual([ana]);
  expect(await idsOf('+55 11 98765-4321')).toEqual([ana]);
  expect(await idsOf(String(ana))).toEqual([ana]);
  expect(await idsOf('ana')).toHaveLength(2);
  expect(await idsOf(' ')).toEqual([]);
});

test('a contact is made once claimed, with its phone and origin', async () => {
  const contact = { name: '', e164: '+5511987654321', originatorId: 'contact-link/1', originId: 'link 7' };
  expect(await portal.contacts.addContact({ ...contact, claim: () => Promise.resolve(false) })).toEqual({
    kind: 'notClaimed',
  });
  expect(await portal.contacts.findByOrigin('contact-link/1', 'link 7')).toEqual([]);
  const added = await portal.contacts.addContact({ ...contact, claim: always });
  if (added.kind !== 'added') throw new Error('not added');
  expect(await portal.contacts.findByOrigin('contact-link/1', 'link 7')).toEqual([added.crmContactId]);
  const { crmContactId } = added;
  expect((await portal.contacts.readCards([crmContactId])).cards).toEqual([
    { crmContactId, name: '+5511987654321', phones: ['+5511987654321'] },
  ]);
});

test('a required field of the portal is told to its administrator', async () => {
  sandbox.setSettings({ requiredContactFields: ['ufCrm_1700000000'] });
  const contact = { name: 'Ana', e164: '+5511987654321', originatorId: 'o', originId: 'i' };
  await expect(portal.contacts.addContact(contact)).rejects.toMatchObject({
    name: 'AskAdminError',
    code: 'CRM_FIELD_ERROR_REQUIRED',
  });
});

test('changes are told page by page, all of them, and the last seconds again', async () => {
  const ids = Array.from({ length: 130 }, (_, index) => sandbox.addContact({ name: `c${index}` }));
  const seen: number[] = [];
  sandbox.setClockOffset(10_000);
  let cursor = { updatedTime: '2020-01-01T00:00:00+00:00', afterId: 0 };
  let hasMore = true;
  while (hasMore) {
    const changes = await portal.contacts.listUpdatedSince(cursor);
    seen.push(...changes.cards.map(({ crmContactId }) => crmContactId));
    ({ cursor, hasMore } = changes);
  }
  expect(seen).toEqual(ids);
  sandbox.updateContact(ids[3] ?? 0, { name: 'changed' });
  const recent = await portal.contacts.listUpdatedSince(cursor);
  expect(recent.cards.map(({ name }) => name)).toEqual(['changed']);
  expect(recent.cursor).toEqual(cursor);
  sandbox.setClockOffset(20_000);
  const again = await portal.contacts.listUpdatedSince(recent.cursor);
  expect(again.cards.map(({ name }) => name)).toEqual(['changed']);
  expect((await portal.contacts.listUpdatedSince(again.cursor)).cards).toEqual([]);
});

test('a comment is posted as it was written and its id is told', async () => {
  const contactId = sandbox.addContact({ name: 'Ana' });
  const text = '[B]WhatsApp[/B]\n[12:03:22] Ana: 50% & more = 👍 $result[c0] #1\nwa#7f3a.1';
  const added = await post(contactId, text);
  const [comment] = sandbox.comments(contactId);
  expect(added).toEqual({ kind: 'added', commentId: comment?.id });
  expect(comment?.text.replaceAll('\u200B', '')).toBe(text);
});

test('a contact that is gone is told by its id', async () => {
  await expect(post(4711, 'x')).rejects.toMatchObject({ name: 'ContactGoneError', crmContactId: 4711 });
});

const notFound: [string, string][] = [
  ['', 'Owner was not found.'],
  ['OWNER_NOT_FOUND', 'Owner was not found.'],
  ['NOT_FOUND', ''],
  ['', 'Not found.'],
];

test.each(notFound)(
  '"%s" "%s" of a page whose contact is there says nothing of the contact',
  async (error, description) => {
    const contactId = sandbox.addContact({ name: 'Ana' });
    const refuse = { kind: 'refuse', times: -1, error, error_description: description } as const;
    const onPage = ['add', 'list'].map((name) => ({ ...refuse, method: `crm.timeline.comment.${name}` }));
    sandbox.setFaults(onPage);
    const refused = { name: 'OwnerNotFoundError' };
    await expect(post(contactId, 'x')).rejects.toMatchObject(refused);
    const [outcome] = await portal.timeline.findMarkers([{ contactId, marker: 'wa#1', sinceMs: 0 }]);
    expect(outcome).toMatchObject({ kind: 'unreadable', error: refused });
  },
);

test('a page that is not found says no more while its contact cannot be asked for', async () => {
  const contactId = sandbox.addContact({ name: 'Ana' });
  sandbox.setSettings({ hiddenContacts: [contactId] });
  const refuse = { kind: 'refuse', times: -1 } as const;
  sandbox.setFaults([{ ...refuse, method: 'crm.timeline.comment.add', error: 'OWNER_NOT_FOUND' }]);
  await expect(post(contactId, 'x')).rejects.toMatchObject({ name: 'OwnerNotFoundError' });
});

test('a comment is not taken for removed because the portal refuses its owner', async () => {
  const contactId = sandbox.addContact({ name: 'Ana' });
  const added = await post(contactId, 'still here');
  const commentId = added.kind === 'added' ? added.commentId : 0;
  const refuse = { kind: 'refuse', times: -1, error_description: 'Owner was not found.' } as const;
  const unclear = { name: 'UnclearRefusalError', code: 'OWNER_NOT_FOUND' };
  const ways = ['comment.delete', 'bindings.unbind'].map((name) => `crm.timeline.${name}`);
  for (const error of ['OWNER_NOT_FOUND', '']) {
    sandbox.setFaults(ways.map((method) => ({ ...refuse, method, error })));
    const comment = { commentId, contactId };
    await expect(portal.timeline.deleteComment(comment)).rejects.toMatchObject(unclear);
    await expect(portal.timeline.unbind(comment)).rejects.toMatchObject(unclear);
  }
  const other = sandbox.addContact({ name: 'Bob' });
  expect(await portal.timeline.deleteComment({ commentId, contactId: other })).toBe(false);
  expect(sandbox.comments(contactId)).toHaveLength(1);
});

test('markers of fifty contacts are searched in one request, and only as the last line', async () => {
  const contactIds = Array.from({ length: 50 }, () => sandbox.addContact({ name: 'Ana' }));
  const posted = await Promise.all(
    contactIds.map((contactId, index) =>
      post(contactId, index % 2 ? `text\nwa#${index}` : `wa#${index}\nforged`),
    ),
  );
  requests.length = 0;
  const queries = contactIds.map((contactId, index) => ({ contactId, marker: `wa#${index}`, sinceMs: 0 }));
  const outcomes = await portal.timeline.findMarkers(queries);
  expect(requests).toHaveLength(1);
  outcomes.forEach((outcome, index) => {
    const added = posted[index];
    const commentId = added?.kind === 'added' ? added.commentId : 0;
    expect(outcome).toMatchObject(index % 2 ? { kind: 'found', commentId } : { kind: 'absent' });
  });
});

test('a marker beyond the first page is found, a gone contact does not hide the others', async () => {
  const contactId = sandbox.addContact({ name: 'Ana' });
  await post(contactId, 'first\nwa#1\n');
  for (let round = 0; round < 3; round += 1) {
    await Promise.all(Array.from({ length: 40 }, (_, index) => post(contactId, `r${round} n${index}`)));
  }
  const [found, absent, unreadable] = await portal.timeline.findMarkers([
    { contactId, marker: 'wa#1', sinceMs: 0 },
    { contactId, marker: 'wa#2', sinceMs: 0 },
    { contactId: 4711, marker: 'wa#1', sinceMs: 0 },
  ]);
  expect(found).toMatchObject({ kind: 'found' });
  expect(absent).toEqual({ kind: 'absent' });
  expect(unreadable).toMatchObject({ kind: 'unreadable', error: { name: 'ContactGoneError' } });
});

test('a comment that appears after the connection broke is found when it is read later', async () => {
  const contactId = sandbox.addContact({ name: 'Ana' });
  sandbox.setFaults([{ kind: 'lateCommit', delayMs: 200 }]);
  await expect(post(contactId, 'late\nwa#1')).rejects.toMatchObject({ name: 'UnknownOutcomeError' });
  while (sandbox.comments(contactId).length === 0) await sleep(10);
  const [outcome] = await portal.timeline.findMarkers([{ contactId, marker: 'wa#1', sinceMs: 0 }]);
  expect(outcome).toMatchObject({ kind: 'found' });
});

test('binding twice is once, unbinding and deleting what is gone is no failure', async () => {
  const [ana, bob] = [sandbox.addContact({ name: 'Ana' }), sandbox.addContact({ name: 'Bob' })];
  const added = await post(ana, 'group');
  const commentId = added.kind === 'added' ? added.commentId : 0;
  await portal.timeline.bind({ commentId, contactId: bob });
  await portal.timeline.bind({ commentId, contactId: bob });
  expect(sandbox.comments(bob)).toHaveLength(1);
  expect(await portal.timeline.unbind({ commentId, contactId: ana })).toBe(true);
  expect(await portal.timeline.unbind({ commentId, contactId: ana })).toBe(false);
  expect(await portal.timeline.deleteComment({ commentId, contactId: bob })).toBe(true);
  expect(await portal.timeline.deleteComment({ commentId, contactId: bob })).toBe(false);
  await expect(portal.timeline.bind({ commentId: 1, contactId: 4711 })).rejects.toThrow();
});

test("the portal's clock is learnt from its answers", async () => {
  sandbox.setSettings({ oddTimeTypes: true });
  sandbox.setClockOffset(-90_000);
  expect(Math.abs((await portal.fetchClockOffset()) + 90_000)).toBeLessThan(2_000);
  expect(Math.abs((await portal.fetchClockOffset()) + 90_000)).toBeLessThan(2_000);
  expect(requests).toHaveLength(1);
});

const dayMs = 24 * 60 * 60_000;

/** Portals of several processes with one budget, whose clock can be put forward. */
function openShared() {
  const budgets = createMemoryBudgets();
  const clock = { aheadMs: 0 };
  const open = () =>
    createPortal({
      portalId: 'p',
      webhookUrl: sandbox.webhookUrl,
      budgets,
      now: () => Date.now() + clock.aheadMs,
    });
  return { clock, portals: [open(), open()] as const, plan: () => budgets.state('p')?.plan };
}

test('a portal is asked for its plan once a day, by all processes together, in the batch of others', async () => {
  sandbox.setSettings({ license: 'ent250', licenseFamily: 'ent', oddTimeTypes: true });
  const { clock, portals, plan } = openShared();
  const [one, other] = portals;
  await Promise.all([one.learnPlan(), one.contacts.findByOrigin('o', 'i')]);
  expect(plan()).toBe('enterprise');
  expect(sandbox.stats().requests).toBe(1);
  sandbox.setSettings({ licenseFamily: 'pro' });
  clock.aheadMs = dayMs - 60_000;
  await Promise.all(portals.map((open) => open.learnPlan()));
  expect(sandbox.stats().requests).toBe(1);
  clock.aheadMs = dayMs + 60_000;
  await other.learnPlan();
  await one.learnPlan();
  expect(plan()).toBe('standard');
  expect(sandbox.stats().requests).toBe(2);
});

test('a portal that is out when it is asked for its plan keeps its pace, and is asked again', async () => {
  sandbox.setSettings({ licenseFamily: 'ent' });
  sandbox.setFaults([{ kind: 'revoked', times: 1 }]);
  const { clock, portals, plan } = openShared();
  await portals[0].learnPlan();
  expect(plan()).toBe('standard');
  clock.aheadMs = 10 * 60_000;
  await portals[0].learnPlan();
  expect(plan()).toBe('enterprise');
});

test("two processes with one backlog stay within one portal's limits", async () => {
  sandbox.setTiming({ timeScale: 0 });
  const budgets = createMemoryBudgets();
  const portals = [0, 5_000].map((skewMs) =>
    createPortal({ portalId: 'q', webhookUrl: sandbox.webhookUrl, budgets, now: () => Date.now() + skewMs }),
  );
  const contactId = sandbox.addContact({ name: 'Ana' });
  const work = Array.from({ length: 2_000 }, (_, index) =>
    portals[index % 2]!.timeline.addComment({
      contactId,
      text: `n${index}`,
      lane: 'live',
      target: `link/${index}`,
      claim: always,
    }),
  );
  await Promise.all(work);
  await Promise.all(portals.map((open) => open.close()));
  const { batchFill, queryLimitExceeded, operationTimeLimit, requests: count } = sandbox.stats();
  expect({ queryLimitExceeded, operationTimeLimit }).toEqual({
    queryLimitExceeded: 0,
    operationTimeLimit: 0,
  });
  expect(2_000 / count).toBeGreaterThanOrEqual(45);
  expect(batchFill['50']).toBeGreaterThan(35);
});
