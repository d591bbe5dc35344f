import type { PersonDoc } from '../../store/people/people';
import type { NumberClaim } from '../../store/people/person-schema';
import type { Store } from '../../store/store';
import { findObstacle, isActive, loadLinks, openConflict } from './conflicts';
import { mergeInto } from './person-merge';

const numberTaken =
  'WhatsApp says that this person has a new number, but somebody else was known by it before.';

/** Whether a person was known by a number before the claim to it. A request to link the number does not count. */
async function wasKnownBefore(
  store: Store,
  person: PersonDoc,
  { key, since }: NumberClaim,
): Promise<boolean> {
  const names = [...person.aliases, ...(person.former ?? []), ...person.absorbed];
  const number = names.find((alias) => alias.key === key);
  if (number && number.source !== 'link' && number.firstSeenAt < since) return true;
  if (number?.since && number.since > since) return true;
  const chats = await store.chats.listDirect(person.portalId, person._id);
  const oldest = await store.messages.findOldest(chats.map(({ _id }) => _id));
  return oldest !== null && oldest.versions.some(({ sentAt }) => sentAt < since);
}

/** Why claimant and holder of a number cannot be one person. Links of both with one contact are somebody's word for it. */
async function findClaimObstacle(
  store: Store,
  { holder, claimant, claim }: { holder: PersonDoc; claimant: PersonDoc; claim: NumberClaim },
): Promise<string | null> {
  const obstacle = await findObstacle(store, holder, claimant);
  if (obstacle !== null) return obstacle;
  const [link, otherLink] = await loadLinks(store, holder, claimant);
  if (isActive(link) && isActive(otherLink)) return null;
  return (await wasKnownBefore(store, holder, claim)) ? numberTaken : null;
}

/** The holder of a claimed number: who had it just after the claim began and has left it since, else who has it now. */
async function findHolder(
  store: Store,
  portalId: string,
  { key, since }: NumberClaim,
): Promise<PersonDoc | null> {
  const left = await store.people.listFormerHolders(portalId, key);
  const later = left.find(({ former }) => former.endedAt > since);
  return later?.person ?? store.people.findByAlias(portalId, key);
}

/**
 * Resolves a person's claim to a number. Nobody has it: it becomes theirs. Somebody has it: both are one, or a conflict for
 * a person to look at. Safe to repeat.
 */
export async function resolveClaim(store: Store, personId: string): Promise<void> {
  const claimant = await store.people.loadAsStored(personId);
  const claim = claimant?.claim;
  if (!claimant || !claim || claimant.mergedInto) return;
  const holder = await findHolder(store, claimant.portalId, claim);
  if (!holder) {
    if (!(await store.people.takeClaimed(claimant, claim))) return;
  } else if (holder._id !== personId) {
    const obstacle = await findClaimObstacle(store, { holder, claimant, claim });
    if (obstacle === null) return mergeInto(store, holder, claimant);
    await openConflict(store, holder, claimant, obstacle);
  } else await store.people.dropClaim(personId);
  await store.people.finishMerge(personId);
}
