import type { Doubt, LinkDoc } from '../../store/links/link-schema';
import type { PortalDoc } from '../../store/portals/portal-schema';
import { toAttention } from '../attention';
import type { ActivityDeps } from '../deps';
import { trouble } from '../failures';

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
  areMany = false,
): Promise<number> {
  let doubts = 0;
  for (const link of doubtful) if (await links.putInDoubt(link, code, new Date(), areMany)) doubts += 1;
  return doubts;
}

/** Links whose contacts are gone. When many vanish together none is moved by itself: a person is asked. */
export async function doubtGone(
  deps: ActivityDeps,
  portalId: string,
  gone: readonly LinkDoc[],
): Promise<number> {
  if (gone.length < manyAtLeast) return doubt(deps, gone, 'contact_gone');
  const linked = await deps.store.links.countLinked(portalId, contactsAtOnce);
  return doubt(deps, gone, 'contact_gone', gone.length >= linked * manyShare);
}

/** The portal says that contacts vanished, as long as a person has not decided about all of them. */
export async function tellVanished(
  { store: { links, portals } }: ActivityDeps,
  { _id, attention }: PortalDoc,
): Promise<void> {
  if (await links.hasVanished(_id))
    await portals.setAttention(_id, toAttention(trouble('contacts_vanished')));
  else if (attention?.code === 'contacts_vanished') await portals.setAttention(_id, null);
}
