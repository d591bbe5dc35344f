import { notePause, type Habit } from '../domain/source/habit';
import { judgeSource, type Judgement, type LivenessSettings, type SourceFacts } from '../domain/source/judge';
import { passedMs } from '../domain/source/waking-time';
import { isTrouble, losesMessages, type SourceCode } from '../domain/source/words';
import { toClock } from '../domain/local-time';
import type { AccountDoc } from '../store/accounts';
import { waitsForLabels } from '../store/sources/label-state';
import type { Store } from '../store/store';

/** A source that changed: from which state to which; ids and codes only. */
export interface ChangedSource {
  accountId: string;
  before: SourceCode | null;
  now: SourceCode;
}

export const usualSettings: LivenessSettings = { quietAfterMs: 'usual', countNights: false };
const hourMs = 3_600_000;
/** Between two looks further apart than this, more than one pause may have been. */
const longestLookMs = 10 * 60_000;

/** A client that says the same again says so regularly. */
const hasHeartbeats = ({ kind, sourceSince, heartbeatAt }: AccountDoc): boolean =>
  kind === 'ingest' && !!sourceSince && !!heartbeatAt && heartbeatAt > sourceSince;

function toFacts(account: AccountDoc, timeZone: string, now: Date): SourceFacts {
  const { createdAt, lastEventAt, sourceState, sourceSince, heartbeatAt } = account;
  const word =
    sourceState !== null && heartbeatAt
      ? { word: sourceState, since: sourceSince ?? heartbeatAt, at: heartbeatAt }
      : null;
  return {
    ...{ now, timeZone, createdAt, lastEventAt, word },
    wellAt: account.wellAt ?? null,
    probe: account.probe ?? null,
    hasHeartbeats: hasHeartbeats(account),
    labelsUnreadSince: waitsForLabels(account) ? account.labelsUnreadSince : undefined,
    habit: account.habit ?? { pauses: [] },
    settings: account.livenessSettings ?? usualSettings,
  };
}

/** The pause before the last event, where a look saw both its ends. What passed while the source was in trouble is no habit. */
function findPause({ habit, lastEventAt, liveness }: AccountDoc, now: Date): [from: Date, to: Date] | null {
  const { seenEventAt, seenAt } = habit ?? {};
  if (!seenEventAt || !seenAt || !lastEventAt || lastEventAt <= seenEventAt) return null;
  const isSeen = now.getTime() - seenAt.getTime() < longestLookMs;
  return isSeen && !(liveness && isTrouble(liveness.state)) ? [seenEventAt, lastEventAt] : null;
}

/** Learns how long the number is usually silent. */
async function learnHabit(
  { accounts }: Store,
  account: AccountDoc,
  timeZone: string,
  now: Date,
): Promise<void> {
  const { _id, habit, lastEventAt, livenessSettings } = account;
  const { countNights } = livenessSettings ?? usualSettings;
  const before: Habit = { pauses: habit?.pauses ?? [] };
  const pause = findPause(account, now);
  const learnt = pause
    ? notePause(before, toClock(now, timeZone).day, passedMs(...pause, { timeZone, countNights }))
    : before;
  await accounts.saveHabit(_id, { ...learnt, seenEventAt: lastEventAt, seenAt: now });
}

/**
 * The gap is as the judgement says: open while messages get lost, ended when they come again. After a crash between the
 * judgement and this the next look does it.
 */
async function alignGap({ gaps }: Store, account: AccountDoc, judged: Judgement, now: Date): Promise<void> {
  const { _id: accountId, portalId } = account;
  const { code, state, aliveUntil } = judged;
  if (!losesMessages(code) || !isTrouble(state)) {
    await gaps.end(accountId, now);
    return;
  }
  if (aliveUntil === null || (await gaps.findLasting(accountId))) return;
  await gaps.open({ portalId, accountId, reason: state, from: aliveUntil });
}

const isSame = (one: Judgement | null, other: Judgement): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/**
 * Judges how an account's source is, by what is known of it, and writes down what changed: the judgement first, in one write with
 * its history, then the gap. Another process that judged meanwhile wins. Gives the change, where there is one.
 */
export async function judgeAccount(
  store: Store,
  account: AccountDoc,
  timeZone: string,
  now: Date,
): Promise<ChangedSource | null> {
  const { _id: accountId, liveness = null, livenessChanges = [] } = account;
  const changesOfHour = livenessChanges.filter(({ at }) => at.getTime() > now.getTime() - hourMs).length;
  const judged = judgeSource(toFacts(account, timeZone, now), liveness, changesOfHour);
  if (!judged) return null;
  const isChanged = !isSame(liveness, judged);
  if (isChanged && !(await store.accounts.judge(account, judged, now))) return null;
  await alignGap(store, account, judged, now);
  await learnHabit(store, account, timeZone, now);
  return liveness?.code === judged.code
    ? null
    : { accountId, before: liveness?.code ?? null, now: judged.code };
}
