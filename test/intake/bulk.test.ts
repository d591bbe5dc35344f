import fc from 'fast-check';
import { toPhoneAlias, type Alias } from '../../domain/identity';
import type { IncomingMessage } from '../../domain/message';
import { advancePerson } from '../../intake/merging/sweep-people';
import { ingestMessages } from '../../intake/ingest-message';
import { takeInAll } from '../../intake/take-in';
import type { Store } from '../../store/store';
import { routeForgotten } from '../helpers/route-forgotten';
import { linkOne, personWith } from '../scenes/link-one';
import { addPortal, useStore } from '../scenes/store';

const store = useStore();
const phones = ['+491701234561', '+491701234562', '+491701234563'];
const lidOf = (who: number): Alias => ({ kind: 'lid', key: `lid:463913515435${who}` });
const namesOf = (who: number): Alias[][] => {
  const phone = toPhoneAlias(phones[who] ?? '');
  return [[phone], [lidOf(who)], [phone, lidOf(who)], [lidOf(who), phone]];
};
const startedAt = Date.UTC(2026, 10, 20, 12);

interface Told {
  who: number;
  names: number;
  id: number;
  event: IncomingMessage['event'];
  fromMe: boolean;
  isGroup: boolean;
  isReadable: boolean;
  text: number;
  name: number;
  minute: number;
  moves: boolean;
}

const told: fc.Arbitrary<Told> = fc.record({
  who: fc.nat(2),
  names: fc.nat(3),
  id: fc.nat(3),
  event: fc.constantFrom('create', 'create', 'create', 'edit', 'revoke', 'reaction'),
  fromMe: fc.boolean(),
  isGroup: fc.nat(3).map((n) => n === 0),
  isReadable: fc.nat(3).map((n) => n > 0),
  text: fc.nat(2),
  name: fc.nat(2),
  minute: fc.nat(5),
  moves: fc.nat(11).map((n) => n === 0),
});

function toMessage({ who, names, id, event, fromMe, isGroup, isReadable, text, name, minute, moves }: Told) {
  const identity = {
    aliases: namesOf(who)[names] ?? [],
    name: fromMe || name === 0 ? null : `Name ${name}`,
  };
  const message: IncomingMessage = {
    event,
    stanzaId: `M${id}`,
    changeId: event === 'create' ? null : `${event} ${text}`,
    chat: isGroup
      ? { kind: 'group', groupJid: '120363000000000001@g.us', title: name === 0 ? null : `Group ${name}` }
      : { kind: 'direct', peer: identity },
    fromMe,
    sender: fromMe ? null : identity,
    sentAt: new Date(startedAt + minute * 60_000),
    kind: isReadable ? 'text' : 'unsupported',
    text: event === 'revoke' ? null : `text ${text}`,
    ...{ fileName: null, quotedText: null, forwarded: false },
  };
  const isNotice = moves && event === 'create' && !isGroup;
  const numberChange = { from: toPhoneAlias(phones[who] ?? ''), to: [toPhoneAlias(`+4917012345${who}9`)] };
  return isNotice ? { ...message, kind: 'system' as const, numberChange } : message;
}

/** The store after it came to rest, without ids and the times of writing. */
async function picture(portalId: string) {
  const moving = await store.people.listMoving(portalId, { after: null, limit: 100 });
  for (const { _id } of moving) await advancePerson(store, _id);
  await routeForgotten(store, portalId, new Date(Date.now() + 1_000));
  const people = await store.people.model.find({ portalId }).lean().exec();
  const chats = await store.chats.model.find({ portalId }).lean().exec();
  const messages = await store.messages.model.find({ portalId }).lean().exec();
  const rows = await store.outbox.model.find({ portalId }).lean().exec();
  const links = await store.links.model.find({ portalId }).lean().exec();
  const whoIs = (id: string | null) => people.find(({ _id }) => _id === id)?.aliases.map(({ key }) => key);
  const chatIs = (id: string) => {
    const chat = chats.find(({ _id }) => _id === id);
    return [chat?.kind, whoIs(chat?.personId ?? null), chat?.title];
  };
  const linkIs = (target: string) =>
    whoIs(links.find(({ _id }) => `link/${_id}` === target)?.personId ?? null);
  const keyIs = (message?: { key: string; senderPersonId: string | null }) =>
    message?.key.replace(message.senderPersonId ?? 'me', 'sender');
  const sorted = (things: unknown[]) => things.map((thing) => JSON.stringify(thing)).sort();
  return {
    people: sorted(
      people.map(
        ({
          aliases,
          former,
          absorbed,
          names,
          name,
          mergedInto,
          moving: isMoving,
          lookup,
          lastMessageAt,
        }) => ({
          aliases: aliases.map(({ kind, key, since }) => [kind, kind === 'none' ? '' : key, since]),
          former: (former ?? []).map(({ key, endedAt, movedTo }) => [key, endedAt, movedTo]),
          ...{ absorbed: absorbed.map(({ key }) => key), names: names.map((one) => one.name), name },
          ...{ mergedInto: whoIs(mergedInto), isMoving, isLookedFor: lookup !== null, lastMessageAt },
        }),
      ),
    ),
    chats: sorted(chats.map(({ _id }) => chatIs(_id))),
    messages: sorted(
      messages.map(({ chatId, key, senderPersonId, fromMe, versions }) => ({
        ...{ chat: chatIs(chatId), key: keyIs({ key, senderPersonId }), fromMe },
        sender: whoIs(senderPersonId),
        versions: versions.map(({ routedAt, speakerId, ...rest }) => ({
          ...rest,
          speaker: whoIs(speakerId ?? null),
          ...{ arrivedAt: null, isRouted: routedAt !== null },
        })),
      })),
    ),
    rows: sorted(
      rows.map(({ target, messageId, v, part, lane, orderAt, chatId }) => ({
        ...{ link: linkIs(target), v, part, lane, orderAt, chat: chatIs(chatId) },
        message: keyIs(messages.find(({ _id }) => _id === messageId)),
      })),
    ),
    links: sorted(links.map(({ personId }) => whoIs(personId))),
  };
}

async function run(items: readonly IncomingMessage[], sizes: readonly number[]) {
  const { portalId, account } = await addPortal(store);
  const link = await linkOne(store, portalId, await personWith(store, portalId, phones[0] ?? ''), 7);
  await store.links.model.updateOne(
    { _id: link._id },
    { $set: { startedAt: new Date(startedAt + 150_000) } },
  );
  const outcomes: string[] = [];
  const rest = [...items];
  for (let turn = 0; rest.length > 0; turn += 1) {
    const request = rest.splice(0, sizes[turn % sizes.length] ?? 1);
    outcomes.push(...(await ingestMessages(store, account, request, 'test')).outcomes);
  }
  return { outcomes, ...(await picture(portalId)) };
}

test('requests of any size leave the store as the same messages one by one do', async () => {
  const requests = fc.array(told, { minLength: 2, maxLength: 24 });
  const sizes = fc.array(fc.integer({ min: 2, max: 24 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(requests, sizes, async (given, portions) => {
      const items = given.map(toMessage);
      expect(await run(items, portions)).toEqual(await run(items, [1]));
    }),
    { numRuns: Number(process.env['BULK_RUNS'] ?? 30) },
  );
});

test('who has which number is asked anew behind a notice in the same delivery', async () => {
  const plain = {
    who: 0,
    names: 0,
    event: 'create',
    isGroup: false,
    isReadable: true,
    text: 1,
    name: 0,
  } as const;
  const say = (id: number, minute: number, moves = false) =>
    toMessage({ ...plain, id, fromMe: false, minute, moves });
  const takeIn = async (portions: readonly IncomingMessage[][]) => {
    const { portalId, account } = await addPortal(store);
    await linkOne(store, portalId, await personWith(store, portalId, phones[0] ?? ''), 7);
    for (const messages of [[say(0, 1)], ...portions]) {
      const items = messages.map((message) => ({
        raw: null,
        translation: { kind: 'message' as const, message },
      }));
      await takeInAll(store, [{ account, delivery: { source: 'ingest', items } }]);
    }
    return picture(portalId);
  };
  const given = [say(1, 2), say(2, 3, true), say(3, 5)];
  const atOnce = await takeIn([given]);
  expect(atOnce).toEqual(await takeIn(given.map((message) => [message])));
  // Whoever writes by the old number afterwards is somebody else.
  expect(atOnce.people).toHaveLength(2);
});

test('the same request twenty times at once stores each message once and gives each one row', async () => {
  const { portalId, account } = await addPortal(store);
  await linkOne(store, portalId, await personWith(store, portalId, phones[0] ?? ''), 7);
  const plain = { names: 0, event: 'create', isGroup: false, isReadable: true, text: 1, name: 1 } as const;
  const items = Array.from({ length: 12 }, (_, index) =>
    toMessage({ ...plain, who: index % 3, id: index, fromMe: false, minute: 1, moves: false }),
  );
  const edits = items.slice(0, 4).map((item): IncomingMessage => ({ ...item, event: 'edit', changeId: 'e' }));
  const requests = Array.from({ length: 20 }, (_, index) =>
    index % 2 ? [...items, ...edits] : [...edits, ...items],
  );
  const done = await Promise.all(requests.map((request) => ingestMessages(store, account, request, 'test')));
  expect(done.map(({ outcomes }) => outcomes.length)).toEqual(requests.map((request) => request.length));
  const messages = await store.messages.model.find({ portalId }).lean().exec();
  expect(messages.map(({ stanzaId }) => stanzaId).sort()).toEqual(
    items.map(({ stanzaId }) => stanzaId).sort(),
  );
  expect(messages.map(({ versions }) => versions.length).sort()).toEqual([
    ...Array(8).fill(1),
    ...Array(4).fill(2),
  ]);
  expect(messages.every(({ versions }) => versions.every(({ routedAt }) => routedAt !== null))).toBe(true);
  const items0 = messages.filter(({ stanzaId }) => Number(stanzaId.slice(1)) % 3 === 0);
  expect(await store.outbox.model.countDocuments({ portalId })).toBe(
    items0.reduce((sum, { versions }) => sum + versions.length, 0),
  );
  expect(await store.people.model.countDocuments({ portalId })).toBe(3);
  expect(await store.chats.model.countDocuments({ portalId })).toBe(3);
  expect(
    done.flatMap(({ outcomes }) => outcomes).filter((outcome) => outcome === 'accepted').length,
  ).toBeGreaterThan(0);
});

/** The store as it is for one who reads messages, and whom `others` overtake before anything is written. */
function overtaken(others: () => Promise<unknown>): Store {
  let isFirst = true;
  const findMany: Store['messages']['findMany'] = async (wanted) => {
    const found = await store.messages.findMany(wanted);
    if (isFirst) {
      isFirst = false;
      await others();
    }
    return found;
  };
  return { ...store, messages: { ...store.messages, findMany } };
}

test('what loses to another writer between its read and its write is taken in beside it', async () => {
  const { portalId, account } = await addPortal(store);
  const plain = {
    who: 0,
    names: 0,
    isGroup: false,
    isReadable: true,
    text: 1,
    name: 1,
    moves: false,
  } as const;
  const say = (id: number, minute: number) =>
    toMessage({ ...plain, id, event: 'create', fromMe: false, minute });
  const edit = (text: number): IncomingMessage => ({ ...say(1, 2), event: 'edit', changeId: `edit ${text}` });
  await ingestMessages(store, account, [say(1, 1)], 'test');
  const theirs = () => ingestMessages(store, account, [say(2, 1), edit(1)], 'test');
  const ours = [say(2, 1), edit(2), say(3, 1)];
  const { outcomes } = await ingestMessages(overtaken(theirs), account, ours, 'test');
  expect(outcomes).toEqual(['duplicate', 'updated', 'accepted']);
  const stored = await store.messages.model.find({ portalId }).sort({ stanzaId: 1 }).lean().exec();
  const changes = stored.map(({ versions }) => versions.map(({ change }) => change));
  expect(changes).toEqual([['create', 'edit:edit 1', 'edit:edit 2'], ['create'], ['create']]);
  expect(
    stored.every(({ versions }) => versions.every(({ v, routedAt }, index) => v === index && routedAt)),
  ).toBe(true);
});
