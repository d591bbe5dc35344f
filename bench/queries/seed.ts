import type { Model } from 'mongoose';
import { toItemId, toLinkTarget } from '../../domain/ids';
import { toPhoneAlias } from '../../domain/identity';
import type { Store } from '../../store/store';

/** How much is seeded: links (with a person and a chat each) and messages, spread over them evenly. */
export interface Size {
  links: number;
  messages: number;
}

/** Enough to ask every question once. */
export const smallSize: Size = { links: 40, messages: 400 };

const batch = 5_000;
const minute = 60_000;
const text = 'A message of usual length, as people write them to a company all day long.';
/** One in so many messages is in the outbox, and so many go into one entry. */
const rowEvery = 400;
const messagesOfEntry = 5;

/** Ids of the seed: sorted as they are numbered, and apart by kind. */
export const idOf = (kind: 'a' | 'b' | 'c' | 'd' | 'e', index: number): string =>
  kind + index.toString(16).padStart(23, '0');
export const personId = (index: number): string => idOf('a', index);
export const linkId = (index: number): string => idOf('b', index);
export const chatId = (index: number): string => idOf('c', index);
export const messageId = (index: number): string => idOf('d', index);
export const phone = (index: number): string => `+49170${String(1_000_000 + index)}`;

/** Every tenth link is of the second portal. */
export const portalOf = (portals: readonly string[], index: number): string =>
  portals[index % 10 === 0 ? 1 : 0] ?? '';

async function insert<Doc>(
  { collection }: Model<Doc>,
  count: number,
  make: (index: number) => { [Field in keyof Doc]?: unknown }[],
): Promise<void> {
  for (let from = 0; from < count; from += batch) {
    const indexes = Array.from({ length: Math.min(batch, count - from) }, (_, index) => from + index);
    const docs = indexes.flatMap(make) as Parameters<typeof collection.insertMany>[0];
    if (docs.length > 0) await collection.insertMany(docs, { ordered: false });
    if (from % 250_000 === 0 && from > 0) process.stderr.write(`${collection.name}: ${from} of ${count}\n`);
  }
}

const ago = (minutes: number): Date => new Date(Date.now() - minutes * minute);

async function seedPeople({ people, chats, reviews }: Store, portals: readonly string[], links: number) {
  await insert(people.model, links, (index) => [
    {
      ...{ _id: personId(index), portalId: portalOf(portals, index), mergedInto: null, absorbed: [] },
      aliases: [{ ...toPhoneAlias(phone(index)), firstSeenAt: ago(index), source: 'seed' }],
      names: [{ name: `Person ${index}`, firstSeenAt: ago(index), source: 'seed' }],
      ...{ name: `Person ${index}`, moving: index % 1_000 === 0, createdAt: ago(index), claim: null },
      lookup: index % 5 === 0 ? { at: null, nextAt: ago(index - links / 2), misses: 1 } : null,
      lastMessageAt: ago(index),
    },
  ]);
  await insert(chats.model, links, (index) => [
    {
      ...{
        _id: chatId(index),
        key: `direct/account/${personId(index)}`,
        kind: 'direct',
        accountId: 'account',
      },
      ...{ portalId: portalOf(portals, index), personId: personId(index), groupJid: null, title: null },
      ...{ mergedInto: null, told: { live: null, history: null } },
    },
  ]);
  await insert(reviews.model, links, (index) =>
    index % 10 === 3
      ? [
          {
            ...{ _id: idOf('e', index), portalId: portalOf(portals, index), personId: personId(index) },
            ...{ subject: 'contact', linkId: null, otherPersonId: null, reason: 'seed', candidates: [] },
            kind: index % 100 === 3 ? 'conflict' : 'unmatched',
            state: index % 20 === 3 ? 'open' : 'answered',
            ...{ createdAt: ago(index), updatedAt: ago(index) },
          },
        ]
      : [],
  );
}

const seedLinks = ({ links }: Store, portals: readonly string[], count: number): Promise<void> =>
  insert(links.model, count, (index) => {
    const part = index % 1_000;
    const state = part < 10 ? 'pending' : part < 12 ? 'unlinking' : part < 50 ? 'unlinked' : 'linked';
    const code = part % 200 === 100 ? 'contact_gone' : 'portal_gone';
    const isTroubled = part % 100 === 0;
    const doubt = { code: 'number_gone' as const, since: ago(index), nextAt: ago(index - count / 2) };
    return [
      {
        ...{ _id: linkId(index), portalId: portalOf(portals, index), personId: personId(index), state },
        rhythm: part % 3 === 0 ? 'rounds' : part % 20 === 1 ? 'paused' : 'parked',
        attention: isTroubled ? { code, advice: 'seed', since: ago(index).toISOString() } : null,
        request: { crmContactId: null, createIfMissing: true, name: null, at: ago(index) },
        ...{ crmContactId: index + 1, decision: null, reviewId: null, doNotLinkAgain: false },
        creation: part === 5 ? { state: 'planned', attempt: 1, sentAt: null } : null,
        change:
          state === 'unlinking'
            ? {
                kind: 'unlink',
                crmContactId: null,
                entries: 'keep',
                remember: true,
                operationId: `o${index}`,
              }
            : null,
        doubt: part % 300 === 7 ? { ...doubt, misses: 1, held: true } : null,
        ...{
          contactSeenAt: part % 7 === 0 ? null : ago(index % 240),
          startedAt: ago(index),
          arrivals: 1,
          epoch: 1,
        },
        ...{ messagesBackedUp: 5, lastCheckedAt: ago(index % 10), lastBackedUpAt: ago(index) },
        ...{ lastSyncAt: ago(index % 10), lastTriedAt: part % 11 === 0 ? null : ago(index % 12) },
        ...{ history: [{ at: ago(index), what: 'linked', crmContactId: index + 1 }], createdAt: ago(index) },
      },
    ];
  });

async function seedMessages({ messages }: Store, portals: readonly string[], size: Size) {
  const perLink = Math.floor(size.messages / size.links);
  await insert(messages.model, size.messages, (index) => {
    const of = Math.floor(index / perLink);
    const at = ago(size.messages / 10 - index / 10);
    const ids = { chatId: chatId(of), accountId: 'account', key: `in/M${index}`, stanzaId: `M${index}` };
    const routedAt = index % 20_000 === 0 ? null : at;
    return [
      {
        ...{ _id: messageId(index), portalId: portalOf(portals, of), ...ids, fromMe: false },
        senderPersonId: personId(of),
        versions: [
          {
            ...{
              v: 0,
              change: 'create',
              event: 'create',
              fromMe: false,
              senderName: null,
              kind: 'text',
              text,
            },
            ...{ fileName: null, quotedText: null, forwarded: false, sentAt: at, arrivedAt: at, routedAt },
            entryId: null,
          },
        ],
      },
    ];
  });
}

async function seedDelivery({ outbox, entries }: Store, portals: readonly string[], size: Size) {
  const perLink = Math.floor(size.messages / size.links);
  await insert(outbox.model, Math.floor(size.messages / rowEvery), (nth) => {
    const index = nth * rowEvery;
    const of = Math.floor(index / perLink);
    const target = toLinkTarget(linkId(of));
    const lane = nth % 4 === 0 ? 'history' : 'live';
    return [
      {
        ...{ _id: idOf('e', nth), item: toItemId(messageId(index), 0, 1), target, lane },
        ...{ portalId: portalOf(portals, of), chatId: chatId(of), messageId: messageId(index) },
        ...{ v: 0, part: 1, orderAt: ago(nth), arrivedAt: ago(nth) },
      },
    ];
  });
  await insert(entries.model, Math.floor(size.messages / messagesOfEntry), (nth) => {
    const index = nth * messagesOfEntry;
    const of = Math.floor(index / perLink);
    const state = nth % 2_000 === 1 ? 'sending' : nth % 1_000 === 2 ? 'planned' : 'delivered';
    return [
      {
        ...{ _id: idOf('e', nth), portalId: portalOf(portals, of), target: toLinkTarget(linkId(of)) },
        ...{ chatId: chatId(of), lane: 'live', seq: nth, itemsThrough: 5, crmContactId: of + 1, epoch: 1 },
        items: Array.from({ length: messagesOfEntry }, (_, item) => toItemId(messageId(index + item), 0, 1)),
        ...{ marker: `m${nth}`, text, state, attempt: 1, firstSentAt: ago(nth), sentAt: ago(nth) },
        ...{
          lookAgainAt: null,
          commentId: nth,
          deliveredAt: ago(nth),
          newestAt: ago(nth),
          placeholder: false,
        },
      },
    ];
  });
}

/** Fills the store; gives its two portals. */
export async function seed(store: Store, size: Size): Promise<string[]> {
  const policies = { defaultCountry: 'DE', timeZone: 'Europe/Berlin' };
  const portals: string[] = [];
  for (const host of ['one', 'two']) {
    const portal = await store.portals.connect(`https://${host}.example/rest/1/secret/`, policies);
    portals.push(portal._id);
  }
  const [portalId = ''] = portals;
  await seedPeople(store, portals, size.links);
  await seedLinks(store, portals, size.links);
  await seedMessages(store, portals, size);
  await seedDelivery(store, portals, size);
  await insert(store.oddNumbers.model, size.links / 50, (index) => [
    { _id: idOf('e', index), portalId, crmContactId: index, e164: phone(index) },
  ]);
  await insert(store.operations.model, size.links / 10, (index) => [
    {
      ...{ _id: idOf('e', index), portalId, linkId: linkId(index), kind: 'unlink', done: 1, total: 1 },
      ...{ state: index % 1_000 === 0 ? 'running' : 'done', reason: null, createdAt: ago(index) },
    },
  ]);
  return portals;
}
