import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toPhoneAlias } from '../../domain/identity';
import { toLinkWorkflowId } from '../../domain/ids';
import { ingestMessages } from '../../intake/ingest-message';
import type { KillPoint } from '../helpers/crash';
import type { CrashTask } from '../helpers/crash-process';
import { toIncoming } from '../helpers/incoming';
import { encryptionKey, eventually, say, startProduct, type Product } from '../scenes/product';
import { workflowBundle } from '../helpers/workflow-bundle';
import { linkOne, personWith } from '../scenes/link-one';
import { sayInGroup } from '../scenes/group';
import { mongoUri, temporalAddress } from '../helpers/servers';
import { runCompiled } from '../helpers/run-compiled';

type Where = [KillPoint['room'], string, KillPoint['when']];

/** Every gap between two steps of a round, in their order. */
const roundSteps: Where[] = [
  ['entries', 'plan', 'before'],
  ['entries', 'plan', 'after'],
  ['entries', 'beginSending', 'before'],
  ['entries', 'beginSending', 'after'],
  ['timeline', 'addComment', 'during'],
  ['timeline', 'addComment', 'after'],
  ['entries', 'markDelivered', 'after'],
  ['messages', 'stamp', 'after'],
  ['chats', 'moveTold', 'after'],
  ['links', 'moveBackedUp', 'after'],
  ['outbox', 'remove', 'after'],
  ['links', 'moveClocks', 'before'],
  ['links', 'moveClocks', 'after'],
];
/** Every gap of linking to a contact that must be made. */
const linkSteps: Where[] = [
  ['links', 'moveCreation', 'after'],
  ['contacts', 'addContact', 'during'],
  ['contacts', 'addContact', 'after'],
  ['links', 'decide', 'after'],
  ['links', 'markLinked', 'after'],
  ['outbox', 'add', 'after'],
];
/** Every gap between a group's comment, its other pages and the clean-up. */
const groupSteps: Where[] = [
  ['entries', 'markDelivered', 'after'],
  ['timeline', 'bind', 'during'],
  ['timeline', 'bind', 'after'],
  ['entries', 'moveBinding', 'after'],
  ['members', 'saveOnPage', 'after'],
  ['outbox', 'remove', 'before'],
];
/** Every gap of taking a request in: messages of somebody linked, and one of somebody new. */
const ingestSteps: Where[] = [
  ['people', 'addMany', 'after'],
  ['chats', 'findOrCreate', 'after'],
  ['messages', 'saveMany', 'after'],
  ['outbox', 'add', 'after'],
  ['links', 'whichParked', 'after'],
  ['people', 'noteUntaken', 'after'],
  ['messages', 'markRouted', 'before'],
];

let product: Product;
let folder: string;
const texts = ['first', 'second', 'third'];
const phoneOf = (kind: number, index: number) => `+49170${kind}${String(index).padStart(6, '0')}`;
const queueOf = (index: number) => `${product.taskQueue}-${index}`;

function runToDeath(
  task: Omit<CrashTask, 'mongoUri' | 'encryptionKeyHex' | 'settings'>,
): Promise<NodeJS.Signals | null> {
  const whole: CrashTask = {
    ...task,
    mongoUri: mongoUri(product.databaseName),
    encryptionKeyHex: encryptionKey.toString('hex'),
    settings: product.deps.settings,
  };
  const path = join(__dirname, '../helpers/crash-process.ts');
  const child = spawn(process.execPath, [...runCompiled, path, JSON.stringify(whole)], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
}

/** Works the queue with a process that dies at the point. Starts the link's workflow there. */
async function dieWorking(
  where: Where,
  queue: string,
  phone: string,
  createIfMissing: boolean,
): Promise<NodeJS.Signals | null> {
  const { store, portalId, client } = product;
  const person = await store.people.findOrCreate(
    portalId,
    { aliases: [toPhoneAlias(phone)], name: 'Klaus' },
    'test',
  );
  const request = { crmContactId: null, createIfMissing, name: null, at: new Date() };
  const link = await store.links.insertPending(portalId, person._id, request);
  const linkId = link?._id ?? '';
  await client.workflow.start('contactLinkWorkflow', {
    workflowId: toLinkWorkflowId(linkId),
    taskQueue: queue,
    args: [{ linkId }],
  });
  const [room, step, when] = where;
  const bundlePath = join(folder, 'workflows.js');
  return runToDeath({
    point: { room, step, when },
    work: { kind: 'worker', temporalAddress: temporalAddress(), taskQueue: queue, bundlePath },
  });
}

/** Links the person at once, without a workflow: ingest makes rows for it from here on. */
async function link(phone: string): Promise<void> {
  const { store, portalId } = product;
  await linkOne(store, portalId, await personWith(store, portalId, phone));
}

const membersOf = (index: number) => [0, 1, 2].map((who) => phoneOf(5 + who, index));

/** Three people talk in a group; two of them are linked, and the first is about to be. */
async function talkInGroup(index: number): Promise<void> {
  const { store, portalId, account } = product;
  for (const [who, phone] of membersOf(index).entries()) {
    const contactId = product.portal.addContact({ name: 'Klaus', phones: [phone] });
    if (who > 0) await linkOne(store, portalId, await personWith(store, portalId, phone), contactId);
  }
  const jid = `1203630000000${String(index).padStart(5, '0')}@g.us`;
  const said = membersOf(index).map((by, who) => ({
    text: texts[who] ?? '',
    by,
    jid,
    id: `G${index}-${who}`,
  }));
  await sayInGroup(store, account, ...said);
}

const strangerOf = (phone: string) => phone.replace('+49170', '+49171');
const saidTo = (phone: string) => [
  ...texts.map((text) => ({ id: `I-${text}`, text, peer: phone })),
  { id: 'S1', text: 'hello', peer: strangerOf(phone) },
];

async function dieIngesting([room, step, when]: Where, phone: string): Promise<NodeJS.Signals | null> {
  const said = saidTo(phone);
  return runToDeath({
    point: { room, step, when },
    work: { kind: 'ingest', accountId: product.account._id, said },
  });
}

async function idsWith(phone: string): Promise<number[]> {
  const answer = await fetch(`${product.portal.url}/sandbox/contacts`);
  const contacts = (await answer.json()) as { id: number; fm: { value: string }[] }[];
  return contacts.filter(({ fm }) => fm.some(({ value }) => value === phone)).map(({ id }) => id);
}

/** How often each of the texts stands on the page of the contact(s) with this phone. */
async function tellings(phone: string, wanted: string[]): Promise<number[]> {
  const lines = (await idsWith(phone)).flatMap((id) =>
    product.portal.comments(id).flatMap(({ text }) => text.split('\n')),
  );
  return wanted.map((text) => lines.filter((line) => line.endsWith(`: ${text}`)).length);
}

const isAllTold = async (phone: string) => (await tellings(phone, texts)).every((count) => count >= 1);

const deaths = new Map<string, NodeJS.Signals | null>();

beforeAll(async () => {
  product = await startProduct();
  folder = mkdtempSync(join(tmpdir(), 'contact-link-crash-'));
  writeFileSync(join(folder, 'workflows.js'), (await workflowBundle()).code);
  const cases: (() => Promise<void>)[] = [];
  roundSteps.forEach((where, index) => {
    cases.push(async () => {
      product.portal.addContact({ name: 'Klaus', phones: [phoneOf(1, index)] });
      for (const text of texts) await say(product, { id: `R-${text}`, text, peer: phoneOf(1, index) });
      deaths.set(where.join('.'), await dieWorking(where, queueOf(index), phoneOf(1, index), false));
    });
  });
  linkSteps.forEach((where, index) => {
    cases.push(async () => {
      for (const text of texts) await say(product, { id: `L-${text}`, text, peer: phoneOf(2, index) });
      deaths.set(
        `link.${where.join('.')}`,
        await dieWorking(where, queueOf(100 + index), phoneOf(2, index), true),
      );
    });
  });
  groupSteps.forEach((where, index) => {
    cases.push(async () => {
      await talkInGroup(index);
      const [first = ''] = membersOf(index);
      deaths.set(`group.${where.join('.')}`, await dieWorking(where, queueOf(200 + index), first, false));
    });
  });
  ingestSteps.forEach((where, index) => {
    cases.push(async () => {
      await link(phoneOf(3, index));
      deaths.set(`ingest.${where.join('.')}`, await dieIngesting(where, phoneOf(3, index)));
    });
  });
  product.portal.setFaults([
    { kind: 'slow', method: 'crm.timeline.comment.add', delayMs: 400, times: -1 },
    { kind: 'slow', method: 'crm.item.add', delayMs: 400, times: -1 },
    { kind: 'slow', method: 'crm.timeline.bindings.bind', delayMs: 400, times: -1 },
  ]);
  const next = async (): Promise<void> => {
    for (let run = cases.shift(); run; run = cases.shift()) await run();
  };
  await Promise.all(Array.from({ length: 4 }, next));
  product.portal.setFaults([]);
  const queues = [
    ...roundSteps.map((_, index) => queueOf(index)),
    ...linkSteps.map((_, index) => queueOf(100 + index)),
    ...groupSteps.map((_, index) => queueOf(200 + index)),
  ];
  for (const queue of queues) await product.startWorker(queue);
});

afterAll(async () => {
  await product.close();
  rmSync(folder, { recursive: true, force: true });
});

test.each(roundSteps)('a worker killed at %s.%s (%s) loses and doubles nothing', async (...where) => {
  const phone = phoneOf(
    1,
    roundSteps.findIndex((one) => one.join('.') === where.join('.')),
  );
  expect(deaths.get(where.join('.'))).toBe('SIGKILL');
  await eventually('every message on the page and nothing waiting', async () => {
    if (!(await isAllTold(phone))) return false;
    return (await product.store.outbox.model.countDocuments({ chatId: await chatIdOf(phone) }).exec()) === 0;
  });
  expect(await tellings(phone, texts)).toEqual([1, 1, 1]);
});

test.each(groupSteps)(
  'a worker killed at %s.%s (%s) of a group has every line once on every page, by one comment',
  async (...where) => {
    const { store, portalId, portal } = product;
    const index = groupSteps.findIndex((one) => one.join('.') === where.join('.'));
    expect(deaths.get(`group.${where.join('.')}`)).toBe('SIGKILL');
    const chat = await store.chats.findGroup(portalId, `1203630000000${String(index).padStart(5, '0')}@g.us`);
    await eventually('every message on every page and nothing waiting', async () => {
      const told = await Promise.all(membersOf(index).map(isAllTold));
      if (told.includes(false)) return false;
      return (await store.outbox.model.countDocuments({ chatId: chat?._id ?? '' }).exec()) === 0;
    });
    const ids = await Promise.all(membersOf(index).map(idsWith));
    expect(new Set(ids.flat().flatMap((id) => portal.comments(id).map((comment) => comment.id))).size).toBe(
      1,
    );
    for (const phone of membersOf(index)) expect(await tellings(phone, texts)).toEqual([1, 1, 1]);
  },
);

test.each(linkSteps)('a worker killed at %s.%s (%s) while it makes a contact makes one', async (...where) => {
  const phone = phoneOf(
    2,
    linkSteps.findIndex((one) => one.join('.') === where.join('.')),
  );
  expect(deaths.get(`link.${where.join('.')}`)).toBe('SIGKILL');
  await eventually('every message on the page', () => isAllTold(phone));
  expect(await idsWith(phone)).toHaveLength(1);
  expect(await tellings(phone, texts)).toEqual([1, 1, 1]);
});

test.each(ingestSteps)(
  'a process killed at %s.%s (%s) of ingest keeps each message once after redelivery',
  async (...where) => {
    const phone = phoneOf(
      3,
      ingestSteps.findIndex((one) => one.join('.') === where.join('.')),
    );
    expect(deaths.get(`ingest.${where.join('.')}`)).toBe('SIGKILL');
    const { store, account, portalId } = product;
    await ingestMessages(store, account, saidTo(phone).map(toIncoming), 'test');
    for (const [of, ids] of [
      [phone, texts.map((text) => `I-${text}`)],
      [strangerOf(phone), ['S1']],
    ] as const) {
      const messages = await store.messages.listOfChat(await chatIdOf(of), null, 10);
      expect(messages.map(({ stanzaId }) => stanzaId)).toEqual(ids);
      expect(messages.map(({ versions }) => versions.map(({ routedAt }) => routedAt !== null))).toEqual(
        ids.map(() => [true]),
      );
    }
    expect(await store.outbox.model.countDocuments({ chatId: await chatIdOf(phone) })).toBe(texts.length);
    const stranger = await store.people.findByAlias(portalId, `phone:${strangerOf(phone)}`);
    expect(stranger?.lookup).not.toBeNull();
  },
);

async function chatIdOf(phone: string): Promise<string> {
  const person = await product.store.people.findByAlias(product.portalId, `phone:${phone}`);
  const [chat] = await product.store.chats.listDirect(product.portalId, person?._id ?? '');
  return chat?._id ?? '';
}
