import { z } from 'zod';
import { toLinkTarget } from '../../domain/ids';
import type { LinkDoc } from '../../store/links/link-schema';
import type { LinkStatus } from '../../workflows/messages';
import type { ApiContext } from '../context';
import { attentionSchema, time, toIso } from '../cards/link-card';
import { notFound } from '../http/problem';
import { explainNoAnswer } from './why-no-answer';
import { isStoreAway } from '../../store/store-away';

/** How a link is doing, and who says so. */
export const statusSchema = z
  .object({
    linkId: z.string(),
    state: z.enum(['pending', 'linked', 'unlinking', 'unlinked']),
    rhythm: z.enum(['rounds', 'parked', 'paused']),
    attention: attentionSchema,
    lastSyncAt: time.meta({ description: 'Everything received up to then is on the contact’s page.' }),
    lastCheckedAt: time.meta({ description: 'The last round or sweep that finished.' }),
    lastBackedUpAt: time.meta({ description: 'The last time an entry was confirmed.' }),
    nextRoundAt: time,
    pendingMessages: z.number(),
    pendingHistory: z.number().nullable(),
    messagesBackedUp: z.number(),
    answeredBy: z.enum(['workflow', 'store']),
    note: z.string().optional().meta({ description: 'Why the other side did not answer.' }),
  })
  .meta({ id: 'LinkStatus' });

export type StatusAnswer = z.output<typeof statusSchema>;

/** ISO strings of UTC compare as their times do. */
const later = (a: string | null, b: string | null): string | null => ((a ?? '') > (b ?? '') ? a : b);

async function loadStored(context: ApiContext, link: LinkDoc): Promise<StatusAnswer> {
  const target = toLinkTarget(link._id);
  const [live, history, backedUp] = await Promise.all([
    context.store.outbox.count(target, 'live'),
    context.store.outbox.count(target, 'history'),
    context.store.entries.countDeliveredItems(target),
  ]);
  return {
    linkId: link._id,
    state: link.state,
    rhythm: link.rhythm,
    attention: link.attention ?? null,
    lastSyncAt: toIso(link.lastSyncAt),
    lastCheckedAt: toIso(link.lastCheckedAt),
    lastBackedUpAt: toIso(link.lastBackedUpAt),
    nextRoundAt: null,
    pendingMessages: live,
    pendingHistory: history,
    messagesBackedUp: backedUp,
    answeredBy: 'store',
  };
}

/** A drain of the portal, or the sweep, looked at the link after its workflow's last round did. */
const isAhead = (stored: StatusAnswer, told: LinkStatus): boolean =>
  (stored.lastCheckedAt ?? '') > (told.lastCheckedAt ?? '');

/** The sweep stamps parked links in the store only, the workflow may be ahead of it: the later stamp counts. */
function merge(stored: StatusAnswer, told: LinkStatus): StatusAnswer {
  return {
    ...stored,
    state: told.state,
    rhythm: stored.rhythm === 'paused' ? 'paused' : told.rhythm,
    attention: isAhead(stored, told) ? stored.attention : (told.attention ?? stored.attention),
    lastSyncAt: later(told.lastSyncAt, stored.lastSyncAt),
    lastCheckedAt: later(told.lastCheckedAt, stored.lastCheckedAt),
    lastBackedUpAt: later(told.lastBackedUpAt, stored.lastBackedUpAt),
    nextRoundAt: told.nextRoundAt,
    answeredBy: 'workflow',
  };
}

async function loadWithoutStore(context: ApiContext, linkId: string, error: unknown): Promise<StatusAnswer> {
  const told = await context.linkWorkflows.askStatus(linkId).catch(() => null);
  if (told === null) throw error;
  const note = 'The database is away; the numbers are those of the workflow.';
  return { ...told, pendingHistory: null, answeredBy: 'workflow', note };
}

/** The status of a link by the workflow, or by the store with the reason. Throws 404 for an unknown link. */
export async function loadStatus(context: ApiContext, linkId: string): Promise<StatusAnswer> {
  let stored: StatusAnswer;
  try {
    const link = await context.store.links.load(linkId);
    if (!link) throw notFound('No such link.');
    stored = await loadStored(context, link);
  } catch (error) {
    if (isStoreAway(error)) return loadWithoutStore(context, linkId, error);
    throw error;
  }
  if (stored.state === 'unlinked') return { ...stored, note: 'The link has ended and has no workflow.' };
  try {
    return merge(stored, await context.linkWorkflows.askStatus(linkId));
  } catch (error) {
    return { ...stored, note: explainNoAnswer(error) };
  }
}
