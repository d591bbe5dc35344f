import { isSamePhone, phoneOf, type Alias, type NumberChange } from '../domain/identity';
import type { PersonDoc } from '../store/people/people';
import type { FormerHolder } from '../store/people/former-numbers';
import type { PhoneChange } from '../store/people/numbers';
import { resolvePerson, settleClaim } from './person-merge';
import type { Store } from '../store/store';

const maxAttempts = 3;

const findAlias = ({ aliases }: PersonDoc, key: string) => aliases.find((alias) => alias.key === key);

/** Whether this very change is written down: told twice, by two of our numbers, or again long after. */
function isKnown({ person, former }: FormerHolder, { to, at }: PhoneChange): boolean {
  if (former.movedTo !== to.key) return false;
  const again = findAlias(person, former.key);
  return former.endedAt >= at || !again || (again.since !== undefined && again.since > at);
}

/**
 * Whose number it was just before the change: who has it, unless they got it later. Null when the change is older than
 * what is known of the number: then it changes nothing.
 */
async function findLeaver(store: Store, portalId: string, { from, at, source }: PhoneChange) {
  const left = await store.people.listFormerHolders(portalId, from.key);
  if (left.some(({ former }) => former.endedAt >= at)) return null;
  const identity = { aliases: [from], name: null };
  const person = await store.people.findOrCreate(portalId, identity, source);
  const now = await store.people.load(person._id);
  const since = now && findAlias(now, from.key)?.since;
  return since && since > at ? null : now;
}

/** Whether somebody had the new number after this change and has left it since: notices may come in any order. */
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
 * WhatsApp's notice that somebody has another number now: the person keeps chats and link, the new number becomes theirs,
 * and the old one names nobody any more. Safe to repeat and in any order: a notice that is written down is not carried out
 * again, one that comes late joins those who were its two ends. A crash in between is gone on from by the next delivery or
 * the sweep.
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
  await settleClaim(store, person._id);
  if (to.length > 1) await resolvePerson(store, portalId, { aliases: to, name: null }, source, at);
}

const isOneNumber = (one: Alias, other: Alias): boolean =>
  isSamePhone(phoneOf([one]) ?? '', phoneOf([other]) ?? '');
