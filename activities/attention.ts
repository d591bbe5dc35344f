import type { Attention } from '../domain/link';
import type { PortalDoc } from '../store/portals/portal-schema';
import type { ActivityDeps } from './deps';
import { isOfWholePortal, toTrouble, type Trouble } from './failures';

/** What stands on a portal or a link from now on. */
export const toAttention = ({ code, advice }: Pick<Trouble, 'code' | 'advice'>): Attention => ({
  code,
  advice,
  since: new Date().toISOString(),
});

/** What many links say at once, told by the portal's watch as long as they do. */
export const isOfMany = (code: string): boolean => code === 'contacts_vanished' || code === 'refusal_unclear';

/** Something was delivered: whatever was wrong with the portal is over, but for what many of its links say. */
export async function endPortalAttention(
  { store }: ActivityDeps,
  { _id, attention }: PortalDoc,
  delivered: number,
): Promise<void> {
  if (attention && !isOfMany(attention.code) && delivered > 0) await store.portals.setAttention(_id, null);
}

/**
 * Asks the portal something for its watch, and leaves on the portal how that went, so that a portal without a single link shows
 * its trouble too. An answer ends an outage; it says nothing about a right that only writing needs.
 */
export async function askForWatch<T>(
  { store }: ActivityDeps,
  { _id, attention }: PortalDoc,
  ask: () => Promise<T>,
): Promise<T> {
  try {
    const answer = await ask();
    if (attention && isOfWholePortal(attention.code)) await store.portals.setAttention(_id, null);
    return answer;
  } catch (error) {
    const trouble = toTrouble(error);
    if (trouble.portalWide)
      await store.portals.setAttention(_id, toAttention(trouble)).catch(() => undefined);
    throw error;
  }
}
