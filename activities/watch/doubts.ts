import type { Doubt, LinkDoc } from '../../store/links/link-schema';
import type { PortalDoc } from '../../store/portals/portal-schema';
import { isOfMany, toAttention } from '../attention';
import type { ActivityDeps } from '../deps';
import { trouble, type TroubleCode } from '../failures';

/** So many linked contacts are looked for in a sweep. */
export const contactsAtOnce = 2_000;
/** So many contacts that vanish in one sweep, and such a share, are no clerk's work: a right was lost, or worse. */
const manyAtLeast = 10;
const manyShare = 0.03;

/** Holds these links until their number is looked up again; counts those that were not held. */
export async function doubt(
  { store: { links } }: ActivityDeps,
  doubtful: readonly LinkDoc[],
  code: Doubt['code'],
  isOneOfMany = false,
): Promise<number> {
  let doubts = 0;
  for (const link of doubtful) if (await links.putInDoubt(link, code, new Date(), isOneOfMany)) doubts += 1;
  return doubts;
}

const areMany = async ({ store: { links } }: ActivityDeps, portalId: string, count: number) =>
  count >= manyAtLeast && count >= (await links.countLinked(portalId, contactsAtOnce)) * manyShare;

/** Links whose contacts are gone. When many vanish together none is moved by itself: a person is asked. */
export const doubtGone = async (
  deps: ActivityDeps,
  portalId: string,
  gone: readonly LinkDoc[],
): Promise<number> => doubt(deps, gone, 'contact_gone', await areMany(deps, portalId, gone.length));

/** What is wrong with so many links that it is the portal's: contacts that vanished, as long as a person has not decided about all. */
async function findManysTrouble(deps: ActivityDeps, portalId: string): Promise<TroubleCode | null> {
  const { links } = deps.store;
  if (await links.hasVanished(portalId)) return 'contacts_vanished';
  const unclear = await links.countOfAttention(portalId, 'refusal_unclear', contactsAtOnce);
  return (await areMany(deps, portalId, unclear)) ? 'refusal_unclear' : null;
}

/** The portal says what many of its links say, as long as they do. */
export async function tellManysTrouble(deps: ActivityDeps, { _id, attention }: PortalDoc): Promise<void> {
  const code = await findManysTrouble(deps, _id);
  const { portals } = deps.store;
  if (code) await portals.setAttention(_id, toAttention(trouble(code)));
  else if (attention && isOfMany(attention.code)) await portals.setAttention(_id, null);
}
