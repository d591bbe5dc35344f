import { usualQuietMs, type Habit } from './habit';
import { codeOfWord, isTrouble, stateOf, type SourceCode, type SourceState } from './words';
import { passedMs } from './waking-time';

/** Somebody's wish of when a silence is an alarm. */
export interface LivenessSettings {
  /** `usual`: after twice the number's longest pause of late. */
  quietAfterMs: number | 'usual' | 'never';
  countNights: boolean;
}

/** What is known of a source. `since`: when it was first so; `at`: when it was last so. */
export interface SourceFacts {
  now: Date;
  timeZone: string;
  createdAt: Date;
  lastEventAt: Date | null;
  /** The source's word on itself. */
  word: { word: string; since: Date; at: Date } | null;
  /** When it last said that it is well. */
  wellAt: Date | null;
  /** What became of our asking it. */
  probe: { outcome: 'answered' | 'no-answer' | 'refused'; since: Date; at: Date } | null;
  /** Since when its messages wait for the labels of their chats; absent: they do not. */
  labelsUnreadSince?: Date | undefined;
  /** The source says regularly that it lives: its silence tells that it does not. */
  hasHeartbeats: boolean;
  habit: Habit;
  settings: LivenessSettings;
}

/** What was judged last. */
export interface Judgement {
  state: SourceState;
  code: SourceCode;
  since: Date;
  /** The last sign of life before a trouble; null while there is none, or there never was a sign. */
  aliveUntil: Date | null;
  /** A source in trouble that looks well again: since when. */
  wellSince: Date | null;
}

const minuteMs = 60_000;
/** Restarts pass through states that are no trouble if they pass. */
const settleMs = minuteMs;
/** What was under way when a source fell silent may still come in. */
const stragglersMs = 2 * minuteMs;
const noAnswerAfterMs = 2 * minuteMs;
/** The contract of ingest asks for a heartbeat every five minutes. */
const noHeartbeatAfterMs = 15 * minuteMs;
const longestTrialMs = 30 * minuteMs;
/** The first recoveries within an hour are believed at once. */
const believedRecoveries = 3;

interface Finding {
  code: SourceCode;
  since: Date;
}

const isAfter = (at: Date | null, other: Date, byMs = 0): boolean =>
  at !== null && at.getTime() > other.getTime() + byMs;

/** A bad word counts until messages come in spite of it. */
function readWord({ word, lastEventAt }: SourceFacts): Finding[] {
  const code = word && codeOfWord(word.word);
  if (!word || !code || code === 'connected' || isAfter(lastEventAt, word.since, stragglersMs)) return [];
  return [{ code, since: word.since }];
}

/** A refused key stays a trouble though messages come: files and history cannot be had. */
function readProbe({ probe, lastEventAt }: SourceFacts): Finding[] {
  if (!probe || probe.outcome === 'answered') return [];
  const { outcome, since, at } = probe;
  if (outcome === 'refused') return [{ code: 'key_refused', since }];
  const isLasting = isAfter(at, since, noAnswerAfterMs - 1);
  return isLasting && !isAfter(lastEventAt, since, stragglersMs) ? [{ code: 'no_answer', since }] : [];
}

/** A reading takes seconds: one that is not through after so long does not come by itself. */
const labelsLateMs = 5 * minuteMs;

/** Messages come, and go nowhere. Where the source itself is in trouble, that is the reason. */
function readLabelState({ labelsUnreadSince, now }: SourceFacts): Finding | null {
  const isLate = labelsUnreadSince && isAfter(now, labelsUnreadSince, labelsLateMs);
  return isLate ? { code: 'labels_unread', since: labelsUnreadSince } : null;
}

const latest = (...times: (Date | null | undefined)[]): Date | null =>
  times.reduce<Date | null>((last, at) => (at && (!last || at > last) ? at : last), null);

function readHeartbeats(facts: SourceFacts): Finding[] {
  const { hasHeartbeats, word, lastEventAt, now, timeZone, settings } = facts;
  const heardAt = latest(word?.at, lastEventAt);
  if (!hasHeartbeats || !word || !heardAt) return [];
  const silentMs = passedMs(heardAt, now, { timeZone, countNights: settings.countNights });
  return silentMs > noHeartbeatAfterMs ? [{ code: 'no_heartbeat', since: heardAt }] : [];
}

const severity: SourceState[] = ['blocked', 'logged-out', 'needs-qr', 'unreachable'];

function findTrouble(facts: SourceFacts): Finding | null {
  const found = [...readWord(facts), ...readProbe(facts), ...readHeartbeats(facts)];
  const rank = ({ code }: Finding) => severity.indexOf(stateOf(code));
  return found.sort((a, b) => rank(a) - rank(b))[0] ?? readLabelState(facts);
}

function toQuietMs({ quietAfterMs }: LivenessSettings, habit: Habit): number {
  if (quietAfterMs === 'never') return Infinity;
  return quietAfterMs === 'usual' ? usualQuietMs(habit) : quietAfterMs;
}

/** The state of a source that is in no trouble; null: nothing is known of it yet. */
function findHealth(facts: SourceFacts): Finding | null {
  const { lastEventAt, createdAt, now, timeZone, settings, habit, word } = facts;
  const silentSince = lastEventAt ?? createdAt;
  const silentMs = passedMs(silentSince, now, { timeZone, countNights: settings.countNights });
  if (silentMs > toQuietMs(settings, habit)) {
    return { code: lastEventAt ? 'quiet_too_long' : 'nothing_yet', since: silentSince };
  }
  const isWell = word !== null && codeOfWord(word.word) === 'connected';
  const wellSince = latest(isWell ? word.since : null, lastEventAt);
  return wellSince && { code: 'connected', since: wellSince };
}

/** The last time that the source was surely there. */
const lastSign = ({ lastEventAt, wellAt }: SourceFacts): Date | null => latest(lastEventAt, wellAt);

const keep = (before: Judgement, wellSince: Date | null): Judgement => ({ ...before, wellSince });

/** How long a source must look well before it is believed: each change within the last hour doubles it. */
const trialMs = (changesOfHour: number): number =>
  changesOfHour <= 2 * believedRecoveries
    ? 0
    : Math.min(settleMs * 2 ** (changesOfHour - 2 * believedRecoveries), longestTrialMs);

function fall(facts: SourceFacts, before: Judgement | null, { code, since }: Finding): Judgement {
  const { now } = facts;
  const state = stateOf(code);
  if (before?.code === code) return keep(before, null);
  const wasWell = before !== null && !isTrouble(before.state);
  if (wasWell && now.getTime() - since.getTime() < settleMs) return before;
  const aliveUntil = before && isTrouble(before.state) ? before.aliveUntil : lastSign(facts);
  return { state, code, since, aliveUntil, wellSince: null };
}

function recover(
  { now }: SourceFacts,
  before: Judgement | null,
  { code, since }: Finding,
  changesOfHour: number,
): Judgement {
  const state = stateOf(code);
  const well = { state, code, since, aliveUntil: null, wellSince: null };
  if (!before || before.code === code) return before ?? well;
  if (!isTrouble(before.state)) return { ...well, since: state === 'quiet' ? since : now };
  const wellSince = before.wellSince ?? now;
  return now.getTime() - wellSince.getTime() >= trialMs(changesOfHour)
    ? { ...well, since: now }
    : keep(before, wellSince);
}

/**
 * How a source is, by the evidence alone. It does not flap: a trouble must have lasted a minute, a recovery is put on trial the
 * longer the more often the state changed within the hour. Null: nothing is known of the source yet.
 */
export function judgeSource(
  facts: SourceFacts,
  before: Judgement | null,
  changesOfHour: number,
): Judgement | null {
  const trouble = findTrouble(facts);
  if (trouble) return fall(facts, before, trouble);
  const health = findHealth(facts);
  return health ? recover(facts, before, health, changesOfHour) : before;
}
