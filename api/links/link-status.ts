import { z } from 'zod';
import { clocksOf } from '../../domain/rhythm/parked-check';
import { countWaitingOfLinks } from '../../intake/groups/count-waiting';
import { countBackedUp, type LinkDoc } from '../../store/links/link-schema';
import type { LinkStatus } from '../../workflows/messages';
import type { ApiContext } from '../context';
import { attentionSchema, countFields, linkRhythm, linkState } from '../cards/link-card';
import { timeField } from '../http/fields';
import { orNotFound } from '../http/problem';
import { pick } from '../cards/to-card';
import { explainNoAnswer } from './why-no-answer';
import { isStoreAway } from '../../store/store-away';

const time = timeField.nullable();

/** How a link is doing, and who says so. */
export const statusSchema = z
  .object({
    linkId: z.string(),
    state: linkState,
    rhythm: linkRhythm,
    attention: attentionSchema,
    lastSyncAt: time.meta({ description: 'Everything received up to then is on the contact’s page.' }),
    lastCheckedAt: time.meta({ description: 'The last round or sweep that finished.' }),
    lastBackedUpAt: time.meta({ description: 'The last time an entry was confirmed.' }),
    nextRoundAt: time,
    ...countFields,
    pendingHistory: countFields.pendingHistory.nullable(),
    answeredBy: z.enum(['workflow', 'store']),
    note: z.string().optional().meta({ description: 'Why the other side did not answer.' }),
  })
  .meta({ id: 'LinkStatus' });

export type StatusAnswer = z.output<typeof statusSchema>;

const later = (a: Date | null, b: Date | null): Date | null =>
  (a?.getTime() ?? 0) > (b?.getTime() ?? 0) ? a : b;

async function loadStored({ store }: ApiContext, link: LinkDoc): Promise<StatusAnswer> {
  const [counts, checks] = await Promise.all([
    countWaitingOfLinks(store, [link]),
    store.portals.findParkedChecks([link.portalId]),
  ]);
  const waiting = counts.get(link._id);
  const { live: pendingMessages = 0, history: pendingHistory = 0 } = waiting ?? {};
  return pick(statusSchema, {
    ...link,
    ...clocksOf(link, checks.get(link.portalId), (waiting?.live ?? 0) > 0),
    ...{ linkId: link._id, attention: link.attention ?? null, nextRoundAt: null },
    ...{ pendingMessages, pendingHistory, answeredBy: 'store' },
    messagesBackedUp: countBackedUp(link),
  });
}

const toDate = (iso: string | null): Date | null => (iso === null ? null : new Date(iso));

/** The workflow's answer; Temporal carries times as text. */
function fromWorkflow(status: LinkStatus): Omit<StatusAnswer, 'pendingHistory'> {
  const shown = { ...status };
  delete shown.everyMs;
  return {
    ...shown,
    lastSyncAt: toDate(status.lastSyncAt),
    lastCheckedAt: toDate(status.lastCheckedAt),
    lastBackedUpAt: toDate(status.lastBackedUpAt),
    nextRoundAt: toDate(status.nextRoundAt),
    answeredBy: 'workflow',
  };
}

/** The round after the last one: of quiet rounds the workflow knows the first one and how far apart they are, the store when the last one was. */
function toNextRound({ nextRoundAt, everyMs }: LinkStatus, lastCheckedAt: Date | null): Date | null {
  const firstMs = toDate(nextRoundAt)?.getTime();
  if (firstMs === undefined) return null;
  const pastMs = (lastCheckedAt?.getTime() ?? 0) - firstMs;
  if (everyMs === undefined || pastMs < 0) return new Date(firstMs);
  return new Date(firstMs + Math.ceil((pastMs + 1) / everyMs) * everyMs);
}

/**
 * The later of two stamps counts: the sweep and the portal's drain stamp links in the store only, and the workflow may be
 * ahead of the store. The attention is that of the one that looked at the link last.
 */
function merge(stored: StatusAnswer, status: LinkStatus): StatusAnswer {
  const asked = fromWorkflow(status);
  const isStoreAhead = (stored.lastCheckedAt?.getTime() ?? 0) > (asked.lastCheckedAt?.getTime() ?? 0);
  return {
    ...stored,
    state: asked.state,
    rhythm: stored.rhythm === 'paused' ? 'paused' : asked.rhythm,
    attention: isStoreAhead ? stored.attention : (asked.attention ?? stored.attention),
    lastSyncAt: later(asked.lastSyncAt, stored.lastSyncAt),
    lastCheckedAt: later(asked.lastCheckedAt, stored.lastCheckedAt),
    lastBackedUpAt: later(asked.lastBackedUpAt, stored.lastBackedUpAt),
    nextRoundAt: toNextRound(status, stored.lastCheckedAt),
    answeredBy: 'workflow',
  };
}

async function loadWithoutStore(context: ApiContext, linkId: string, error: unknown): Promise<StatusAnswer> {
  const status = await context.linkWorkflows.askStatus(linkId).catch(() => null);
  if (status === null) throw error;
  const note = 'The database is away; the numbers are those of the workflow.';
  return { ...fromWorkflow(status), pendingHistory: null, note };
}

/** The status of a link by the workflow, or by the store with the reason. Throws 404 for an unknown link. */
export async function loadStatus(context: ApiContext, linkId: string): Promise<StatusAnswer> {
  let stored: StatusAnswer;
  try {
    stored = await loadStored(context, orNotFound(await context.store.links.load(linkId), 'link'));
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
