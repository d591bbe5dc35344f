import type { Client } from '@temporalio/client';
import { toLinkWorkflowId } from '../../../domain/ids';
import { newId } from '../../../store/connection';
import type { LinkDoc } from '../../../store/links/link-schema';
import { runActivity, startDelivery, type Delivery, type Linked } from '../../scenes/delivery';

let delivery: Delivery;
/** The signals that Temporal was given, by workflow. */
let woken: Map<string, string>;
let refuse: (workflowId: string) => Error | null;
let setAside: string[];

beforeEach(async () => {
  delivery = await startDelivery();
  woken = new Map();
  setAside = [];
  refuse = () => null;
});
afterEach(() => delivery.close());

interface Start {
  workflowId: string;
  signal: { name: string };
}

const client = {
  withAbortSignal: <T>(_: AbortSignal, call: () => T): T => call(),
  workflow: {
    signalWithStart: (_: string, { workflowId, signal }: Start) => {
      const error = refuse(workflowId);
      if (error) return Promise.reject(error);
      woken.set(workflowId, signal.name);
      return Promise.resolve();
    },
  },
} as unknown as Client;

const note = { onSetAside: (kind: string) => void setAside.push(kind) };
const sweep = (process = delivery.createProcess(note)) =>
  runActivity(process.sweepPortal, { portalId: delivery.portalId }, client);
const longAgo = new Date(Date.now() - 3_600_000);

async function plant(count: number, facts: Partial<LinkDoc>): Promise<string[]> {
  const request = { crmContactId: null, createIfMissing: false, name: null, at: longAgo };
  const state = { portalId: delivery.portalId, state: 'linked', rhythm: 'rounds', arrivals: 0, epoch: 1 };
  const ids = Array.from({ length: count }, newId);
  const docs = ids.map((_id) => ({ ...state, request, personId: _id, createdAt: longAgo, ...facts, _id }));
  await delivery.store.links.model.insertMany(docs);
  return ids;
}

async function linkMany(count: number, text: string): Promise<Linked[]> {
  const links: Linked[] = [];
  for (let index = 0; index < count; index += 1) {
    const linked = await delivery.link(`+4917155${String(10_000 + index)}`);
    await delivery.say(linked, `${text} ${index}`);
    links.push(linked);
  }
  return links;
}

const age = () => delivery.store.outbox.model.updateMany({}, { $set: { arrivedAt: longAgo } });
const setRhythm = (links: Linked[], rhythm: 'paused' | 'parked') =>
  Promise.all(links.map(({ linkId }) => delivery.store.links.setRhythm(linkId, rhythm, ['rounds'])));

test('a request behind five hundred that stay stuck is started too', async () => {
  await plant(500, { state: 'pending' });
  const [last = ''] = await plant(1, { state: 'pending' });
  await sweep();
  expect(woken.has(toLinkWorkflowId(last))).toBe(true);
});

test('more lost workflows than a page are revived in one sweep, and have three intervals for their rounds', async () => {
  await plant(1_100, { startedAt: longAgo, lastTriedAt: longAgo });
  expect((await sweep()).linksWoken).toBe(1_100);
  woken.clear();
  expect((await sweep()).linksWoken).toBe(0);
});

test('where the watch itself was lost, every link in rounds is revived at once, and nobody else', async () => {
  const [lost = ''] = await plant(1, { startedAt: longAgo, lastTriedAt: new Date(Date.now() - 1_000) });
  await plant(1, { startedAt: longAgo, lastTriedAt: new Date(), rhythm: 'paused' });
  await plant(1, { startedAt: longAgo, lastTriedAt: new Date(), rhythm: 'parked' });
  expect((await sweep()).linksWoken).toBe(0);
  const { sweepPortal } = delivery.createProcess(note);
  const { portalId } = delivery;
  expect((await runActivity(sweepPortal, { portalId, isFirst: true }, client)).linksWoken).toBe(1);
  expect([...woken]).toEqual([[toLinkWorkflowId(lost), 'resume']]);
});

test('a refused contact is woken only when its pause is over', async () => {
  const refusedUntil = (inMs: number) => {
    const nextAt = new Date(Date.now() + inMs);
    const refusal = { code: 'value_refused', advice: 'no', fields: [], times: 1, nextAt };
    return { state: 'pending', creation: { state: 'planned', attempt: 1, sentAt: null, refusal } } as const;
  };
  const [waiting = ''] = await plant(1, refusedUntil(60_000));
  const [due = ''] = await plant(1, refusedUntil(-1_000));
  await sweep();
  expect([waiting, due].map((linkId) => woken.has(toLinkWorkflowId(linkId)))).toEqual([false, true]);
});

test('a paused link with a saved change is woken, and not resumed', async () => {
  const change = { kind: 'unlink', crmContactId: null, entries: 'keep', remember: false, operationId: 'o' };
  const [linkId = ''] = await plant(1, {
    ...{ state: 'unlinking', rhythm: 'paused', change: change as LinkDoc['change'] },
  });
  await sweep();
  expect(woken.get(toLinkWorkflowId(linkId))).toBe('messagesArrived');
});

test('links that cannot go are no backlog, and keep nobody parked', async () => {
  const paused = await linkMany(60, 'hello');
  await setRhythm(paused, 'paused');
  const parked = await delivery.link('+491725555555');
  await delivery.say(parked, 'and me');
  await setRhythm([parked], 'parked');
  await age();
  expect((await sweep()).hasBacklog).toBe(false);
  expect(woken.has(toLinkWorkflowId(parked.linkId))).toBe(true);
});

test('a link that cannot be woken says so and is set aside, and the others are woken', async () => {
  const [bad = '', ...others] = await plant(3, { startedAt: longAgo, lastTriedAt: longAgo });
  refuse = (workflowId) => (workflowId === toLinkWorkflowId(bad) ? new Error('poison') : null);
  expect((await sweep()).linksWoken).toBe(2);
  expect([...woken.keys()].sort()).toEqual(others.map(toLinkWorkflowId).sort());
  expect(await delivery.store.links.load(bad)).toMatchObject({ attention: { code: 'unexpected' } });
  expect(setAside).toEqual(['wake']);
});

test('a merge, a conflict and a message that fail end no sweep, and are left alone for a growing pause', async () => {
  const { store, portalId } = delivery;
  const [lost = ''] = await plant(1, { startedAt: longAgo, lastTriedAt: longAgo });
  const [merging, asked] = ['+491720000001', '+491720000002'].map((phone) => `phone:${phone}`);
  const alias = (key = '') => ({ kind: 'phone' as const, key, value: key.slice('phone:'.length) });
  const one = await store.people.findOrCreate(portalId, { aliases: [alias(merging)], name: null }, 'test');
  const other = await store.people.findOrCreate(portalId, { aliases: [alias(asked)], name: null }, 'test');
  await store.people.markMerged(one._id, other._id);
  const conflict = { portalId, personId: other._id, linkId: null, otherPersonId: one._id } as const;
  await store.reviews.open({ ...conflict, kind: 'conflict', reason: 'test', candidates: [] });
  await delivery.say(await delivery.link('+491720000003'), 'hello');
  const forgotten = { 'versions.$[].routedAt': null, 'versions.$[].arrivedAt': longAgo };
  await store.messages.model.updateMany({}, { $set: forgotten });
  const fail = () => Promise.reject(new Error('poison'));
  const dying = {
    ...store,
    people: { ...store.people, loadAsStored: fail, load: fail },
    messages: { ...store.messages, markRouted: fail },
  };
  const process = delivery.createProcess({ ...note, store: dying });
  await sweep(process);
  expect(woken.has(toLinkWorkflowId(lost))).toBe(true);
  expect(setAside.sort()).toEqual(['conflict', 'merge', 'message']);
  const asides = () => store.asides.model.find({}).lean().exec();
  expect((await asides()).map(({ tries }) => tries)).toEqual([1, 1, 1]);
  await sweep(process);
  expect(setAside).toHaveLength(3);
  await store.asides.model.updateMany({}, { $set: { nextAt: new Date(Date.now() - 1_000) } });
  await sweep(process);
  expect((await asides()).map(({ tries }) => tries)).toEqual([2, 2, 2]);
  await store.asides.model.updateMany({}, { $set: { nextAt: new Date(Date.now() - 1_000) } });
  expect((await sweep()).messagesRouted).toBe(1);
  expect(await asides()).toEqual([]);
});

test('while Temporal is away nothing is set aside: the sweep itself is tried again', async () => {
  await plant(3, { startedAt: longAgo, lastTriedAt: longAgo });
  const unavailable = Object.assign(new Error('14 UNAVAILABLE'), { code: 14 });
  const away = Object.assign(new Error('Failed', { cause: unavailable }), { name: 'ServiceError' });
  refuse = () => away;
  await expect(sweep()).rejects.toThrow();
  expect(await delivery.store.asides.model.countDocuments()).toBe(0);
  refuse = () => null;
  expect((await sweep()).linksWoken).toBe(3);
});

test('a drain looks past the rows of links that cannot go', async () => {
  const stuck = await linkMany(3, 'stuck');
  await setRhythm(stuck, 'paused');
  await age();
  const well = await delivery.link('+491725555556');
  await delivery.say(well, 'me');
  const { targets, next } = await delivery.store.outbox.listWaiting(delivery.portalId, { rows: 2 });
  expect([targets.length, next]).toEqual([2, expect.any(Date)]);
  const seen = new Set<string>();
  for (let from: Date | null = new Date(0); from !== null;) {
    const portion = await delivery.store.outbox.listWaiting(delivery.portalId, { from, rows: 2 });
    for (const { target } of portion.targets) seen.add(target);
    from = portion.next;
  }
  expect([...seen].some((target) => target.endsWith(well.linkId))).toBe(true);
});
