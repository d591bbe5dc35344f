import { createHash } from 'node:crypto';
import type { FileFacts, FileSurroundings } from '../../domain/export/chat-file';
import type { ToGroupJid } from '../../domain/export/settle';
import { toNameKey, type Named } from '../../domain/export/choose-group';
import { listSamePhones, phoneOf, toPhoneAlias } from '../../domain/identity';
import { parsePhone } from '../../domain/phone';
import type { AccountDoc } from '../../store/accounts';
import type { PersonDoc } from '../../store/people/people';
import type { PortalDoc } from '../../store/portals/portal-schema';
import type { Store } from '../../store/store';
import { loadKnownGroups } from './known-groups';

/** A chat with more speakers is a group, whose members nobody names one by one. */
const namesLookedUp = 12;
const peopleOfName = 5;

/** The people who have this name; several of one name are no suggestion. */
async function findByName(store: Store, portalId: string, name: string): Promise<PersonDoc[]> {
  const text = name.trim();
  if (text.length < 2) return [];
  const found = await store.people.list({ portalId, text }, { after: null, limit: peopleOfName });
  return found.filter((person) => [person.name, ...person.names.map((one) => one.name)].includes(text));
}

/** A name of the file, with the number that it is, or the people who have it. */
interface LookedUp {
  name: string;
  e164: string | null;
  people: PersonDoc[];
}

async function lookUp(store: Store, portalId: string, names: readonly string[]): Promise<LookedUp[]> {
  const read = names.map((name) => ({ name, e164: parsePhone(name, null)?.e164 ?? null }));
  const keys = read.flatMap(({ e164 }) => (e164 === null ? [] : keysOfNumber(e164)));
  const called = read.filter(({ e164 }) => e164 === null).slice(0, namesLookedUp);
  const [byNumber, ...byName] = await Promise.all([
    keys.length === 0 ? [] : store.people.listByAliases(portalId, keys),
    ...called.map(({ name }) => findByName(store, portalId, name)),
  ]);
  return read.map(({ name, e164 }) => {
    const at = called.findIndex((one) => one.name === name);
    if (e164 === null) return { name, e164, people: byName[at] ?? [] };
    const own = keysOfNumber(e164);
    const people = byNumber.filter(({ aliases }) => aliases.some(({ key }) => own.includes(key)));
    return { name, e164, people };
  });
}

const keysOfNumber = (e164: string): string[] => listSamePhones(toPhoneAlias(e164)).map(({ key }) => key);

const toNumbers = ({ name, e164, people }: LookedUp): FileSurroundings['numbers'] =>
  e164 === null
    ? people.flatMap(({ aliases }) => {
        const known = phoneOf(aliases);
        return known === null ? [] : [{ name, e164: known, isCertain: false }];
      })
    : [{ name, e164, isCertain: true }];

const toNamed = ({ name, e164, people }: LookedUp): Named => ({
  name,
  keys: [
    ...(e164 === null ? [toNameKey(name)] : keysOfNumber(e164)),
    ...people.flatMap(({ aliases }) => aliases.map(({ key }) => key)),
  ],
});

/** What is known beside a file, by which its questions are answered or get a suggestion. */
export async function loadSurroundings(
  store: Store,
  account: AccountDoc,
  portal: Pick<PortalDoc, 'timeZone'>,
  { authors, title, named: comers = [] }: FileFacts,
): Promise<FileSurroundings> {
  const { portalId, e164, name: ours } = account;
  const named = [...new Set([...authors.map(({ name }) => name), ...comers])];
  const names = title === null || named.includes(title) ? named : [...named, title];
  const found = await lookUp(store, portalId, names);
  const inChat = found.filter(({ name }) => named.includes(name));
  const people = inChat.flatMap((one) => one.people);
  const inGroup = { named: inChat.map(toNamed), people };
  return {
    timeZone: portal.timeZone,
    account: { e164, names: [ours] },
    numbers: found.flatMap(toNumbers),
    named: inGroup.named,
    groups: await loadKnownGroups(store, portalId, title, inGroup),
  };
}

/** The address of a group that no source has told of: in the form of old ones, with more digits than any time has. */
export const groupJidsOf =
  ({ portalId, e164 }: Pick<AccountDoc, 'portalId' | 'e164'>): ToGroupJid =>
  (title) => {
    const hash = createHash('sha256').update(`${portalId}/${title.trim().toLowerCase()}`).digest();
    return `${e164.slice(1)}-${hash.readBigUInt64BE().toString().padStart(20, '0')}@g.us`;
  };
