import { log } from '@temporalio/activity';
import { cutoffOf, kindOf, toRetention, type Retention } from '../../domain/privacy/retention';
import { eraseFiles } from '../../store/privacy/erase';
import {
  dropAudit,
  dropUnreadable,
  emptyEntries,
  emptyMessage,
  listBefore,
} from '../../store/privacy/retained';
import type { ActivityDeps } from '../deps';
import { loadKept } from './kept-messages';

const pageSize = 200;
const rowsAtOnce = 500;
/** So long a sweep looks at messages at most; the next one goes on where it stopped. */
const lookForMs = 5_000;

interface Work {
  deps: ActivityDeps;
  portalId: string;
  retention: Retention;
  now: Date;
}

/** Messages page by page, from where the last look ended: those that are still to be told are met again with the next look. */
async function emptyMessages({ deps, portalId, retention, now }: Work): Promise<number> {
  const { store } = deps;
  const days = [retention.messages, retention.held, retention.groupsOff].filter((one) => one !== null);
  const before = days.length === 0 ? null : cutoffOf(Math.min(...days), now);
  if (before === null) return 0;
  const untilMs = performance.now() + lookForMs;
  let emptied = 0;
  for (;;) {
    const after = await store.portals.loadPlace(portalId, 'retention');
    const messages = await listBefore(store, portalId, before, { after, limit: pageSize });
    for (const { message, ...facts } of await loadKept(store, messages)) {
      const kind = kindOf(facts);
      const cutoff = kind && cutoffOf(retention[kind], now);
      const newest = Math.max(...message.versions.map(({ arrivedAt }) => arrivedAt.getTime()));
      if (!cutoff || newest >= cutoff.getTime()) continue;
      // The files of what was told have a time of their own.
      if (kind !== 'messages') await eraseFiles(store, [message._id]);
      if (await emptyMessage(store, message)) emptied += 1;
    }
    const isMore = messages.length === pageSize;
    await store.portals.savePlace(portalId, 'retention', isMore ? (messages.at(-1)?._id ?? null) : null);
    if (!isMore || performance.now() > untilMs) return emptied;
  }
}

/** The texts of what was told, up to the time for messages; the place is a time here. */
async function emptyTexts({ deps: { store }, portalId, retention, now }: Work): Promise<void> {
  const before = cutoffOf(retention.messages, now);
  if (before === null) return;
  const place = await store.portals.loadPlace(portalId, 'retention-texts');
  const from = new Date(place ?? 0);
  const next = await emptyEntries(store, portalId, { from, before, limit: rowsAtOnce });
  // An hour back: what was under way may be settled by now with an earlier time.
  const reached = next ?? new Date(Math.max(from.getTime(), before.getTime() - 3_600_000));
  await store.portals.savePlace(portalId, 'retention-texts', reached.toISOString());
}

/**
 * Lets go of what was kept long enough, in bounded pieces with every sweep: texts and files of messages, what could not be read, the trail. Never
 * what is still to be told, and never that by which a redelivery is recognised. Safe to repeat; a crash leaves the rest to the next sweep.
 */
export async function retain(deps: ActivityDeps, portalId: string, now = new Date()): Promise<void> {
  const { store } = deps;
  const portal = await store.portals.load(portalId);
  const retention = toRetention(deps.retention, portal?.retention);
  const work = { deps, portalId, retention, now };
  const unreadableBefore = cutoffOf(retention.unreadable, now);
  const auditBefore = cutoffOf(deps.retention?.audit ?? null, now);
  const unreadable = unreadableBefore
    ? await dropUnreadable(store, portalId, unreadableBefore, rowsAtOnce)
    : 0;
  const audit = auditBefore ? await dropAudit(store, auditBefore, rowsAtOnce) : 0;
  await emptyTexts(work);
  const messages = await emptyMessages(work);
  if (messages + unreadable + audit > 0)
    log.info('What was kept long enough is gone', { portalId, messages, unreadable, audit });
}
