import type { Identity } from '../../domain/identity';
import type { Translation } from '../../domain/message';
import { ignored, toTranslationOf, unreadable } from '../refusal';
import type { SourceContext } from '../source-context';
import { listRecipients, listSynced } from './asides';
import { readDelivery, type MetaChange } from './envelope';
import { groupFields, translateMetaGroup } from './groups';
import { readHistory, type HistoryNews } from './history';
import { addressesOf, translateMetaMessage, type Around } from './message';
import { metaContact, type MetaContact } from './payload';
import { contactsOf, createMetaPeople, listContacts, withContact, type MetaPeople } from './people';

/** One item of a change: its meaning, and the envelope with it alone. */
export interface MetaItem {
  raw: unknown;
  translation: Translation;
}

/** All that a change says. */
export interface MetaNews {
  items: MetaItem[];
  identities: Identity[];
  history: HistoryNews | null;
}

type Value = MetaChange['value'];
const listOf = (value: Value, name: string): unknown[] =>
  Array.isArray(value[name]) ? (value[name] as unknown[]) : [];

/** What stands for a part of a delivery that has no known form. */
export const brokenMetaPart = unreadable(
  'bad_payload',
  'A part of the delivery is of an unknown form.',
).translation;

const readContacts = (value: Value): MetaContact[] =>
  listOf(value, 'contacts')
    .map((one) => metaContact.safeParse(one).data)
    .filter((one) => one !== undefined);

/** Messages of a change, each with the contacts by which it is understood. */
function readMessages(change: MetaChange, people: MetaPeople, receivedAt: Date): MetaItem[] {
  const { field, value, wrap } = change;
  const { metadata, errors } = value;
  const lists = { messages: field === 'history' ? 'seen' : 'in', message_echoes: 'out' } as const;
  return (Object.keys(lists) as (keyof typeof lists)[]).flatMap((list) =>
    listOf(value, list).map((raw) => {
      const around: Around = { people, receivedAt, direction: lists[list] };
      const contacts = contactsOf(addressesOf(raw), people);
      return {
        raw: wrap({ metadata, contacts, ...(errors === undefined ? {} : { errors }), [list]: [raw] }),
        translation: translateMetaMessage(raw, around),
      };
    }),
  );
}

/** The past: each message in its thread. */
function readPast(
  { value, wrap }: MetaChange,
  people: MetaPeople,
  receivedAt: Date,
): Pick<MetaNews, 'items' | 'history'> {
  const { messages, news, broken } = readHistory(value['history']);
  const { metadata } = value;
  const threads = new Map<MetaContact, MetaPeople>();
  const items = messages.map(({ raw, peer, contact, wrapped }): MetaItem => {
    const known = threads.get(contact) ?? withContact(people, contact);
    threads.set(contact, known);
    const around: Around = { people: known, receivedAt, direction: 'seen', peer };
    return { raw: wrap({ metadata, ...wrapped }), translation: translateMetaMessage(raw, around) };
  });
  const parts = broken.map((part) => ({
    raw: wrap({ metadata, history: [part] }),
    translation: brokenMetaPart,
  }));
  return { items: [...items, ...parts], history: news };
}

/** A change that has nothing to be backed up says so once, so that it is counted. */
function nothingIn({ field, wrap, value }: MetaChange): MetaItem {
  const name = /^[a-z0-9_]{1,40}$/.test(field) ? field : 'a field';
  return { raw: wrap(value), translation: ignored(`not a message: ${name}`).translation };
}

/** One change as messages, people and news of the history. Never throws; the same change gives the same keys. */
export function translateMetaChange(change: MetaChange, context: SourceContext): MetaNews {
  const { field, value, displayPhone } = change;
  const { receivedAt } = context;
  try {
    const people = createMetaPeople(context, displayPhone, readContacts(value));
    const past = readPast(change, people, receivedAt);
    const groups = groupFields.has(field) ? listOf(value, 'groups') : [];
    const items = [
      ...readMessages(change, people, receivedAt),
      ...past.items,
      ...groups.map((raw) => ({
        raw: change.wrap({ metadata: value['metadata'], groups: [raw] }),
        translation: translateMetaGroup(raw, { people, receivedAt, direction: 'in' }),
      })),
    ];
    const identities = [
      ...listContacts(people),
      ...listSynced(value['state_sync'], people),
      ...listRecipients(value['statuses'], people),
    ];
    return { items: items.length > 0 ? items : [nothingIn(change)], identities, history: past.history };
  } catch (error) {
    const translation = toTranslationOf(error);
    return { items: [{ raw: change.wrap(value), translation }], identities: [], history: null };
  }
}

/** A kept payload once more: the envelope with what could not be read. */
export function translateMetaAgain(body: unknown, context: SourceContext): Translation[] {
  const { changes, broken } = readDelivery(body);
  const items = changes.flatMap((change) => translateMetaChange(change, context).items);
  return [...items.map(({ translation }) => translation), ...broken.map(() => brokenMetaPart)];
}
