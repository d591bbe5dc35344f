import { isSamePhone, phoneOf, type Alias, type NumberChange } from '../domain/identity';
import type { PersonDoc } from '../store/people/people';
import type { FormerHolder } from '../store/people/former-numbers';
import type { PhoneChange } from '../store/people/numbers';
import { resolveClaim } from './merging/number-claim';
import { resolvePerson } from './resolve-person';
import type { Store } from '../store/store';

const maxAttempts = 3;

const findAlias = ({ aliases }: PersonDoc, key: string) => aliases.find((alias) => alias.key === key);

/** Whether this very change is written down already: two of our numbers give one notice, or it comes again. */
function isKnown({ person, former }: FormerHolder, { to, at }: PhoneChange): boolean {
  if (former.movedTo !== to.key) return false;
  const again = findAlias(person, former.key);
  return former.endedAt >= at || !again || (again.since !== undefined && again.since > at);
}

/** The person who had the number just before the change. Null when later changes of the number are known: then nothing changes. */
async function findLeaver(store: Store, portalId: string, { from, at, source }: PhoneChange) {
  const left = await store.people.listFormerHolders(portalId, from.key);
  if (left.some(({ former }) => former.endedAt >= at)) return null;
  const identity = { aliases: [from], name: null };
  const person = await store.people.findOrCreate(portalId, identity, source);
  const now = await store.people.load(person._id);
  const since = now && findAlias(now, from.key)?.since;
  return since && since > at ? null : now;
}

/** Whether nobody had the new number after this change and left it since: notices may come in any order. */
async function isFree(store: Store, portalId: string, { to, at }: PhoneChange): Promise<boolean> {
  const left = await store.people.listFormerHolders(portalId, to.key);
  return left.every(({ former }) => former.endedAt <= at);
}

async function apply(store: Store, portalId: string, change: PhoneChange): Promise<PersonDoc | null> {
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const known = (await store.people.listFormerHolders(portalId, change.from.key)).find((holder) =>
      isKnown(holder, change),
    );
    if (known) return known.person;
    const leaver = await findLeaver(store, portalId, change);
    if (!leaver) return null;
    if (await store.people.changePhone(leaver, change, await isFree(store, portalId, change))) return leaver;
  }
  throw new Error('A number changed more than once at the same time.');
}

/**
 * Carries out WhatsApp's notice of a new number: the person keeps chats and link and gets the new number, the old one names
 * nobody any more. Safe to repeat and in any order: a known notice does nothing, a late one joins its two ends. The next
 * delivery or the sweep goes on after a crash.
 */
export async function changeNumber(
  store: Store,
  portalId: string,
  { from, to }: NumberChange,
  at: Date,
  source: string,
): Promise<void> {
  const phone = to.find(({ kind }): boolean => kind === 'phone');
  if (!phone || isOneNumber(from, phone)) return;
  const person = await apply(store, portalId, { from, to: phone, at, source });
  if (!person) return;
  await resolveClaim(store, person._id);
  if (to.length > 1) await resolvePerson(store, portalId, { aliases: to, name: null }, source, at);
}

const isOneNumber = (one: Alias, other: Alias): boolean =>
  isSamePhone(phoneOf([one]) ?? '', phoneOf([other]) ?? '');
