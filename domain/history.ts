const secondMs = 1_000;
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** WhatsApp began then: there is no older message. */
export const beginningOfWhatsApp = new Date(Date.UTC(2009, 0, 1));

/** A time with both its ends, in whole seconds. */
export interface Window {
  from: Date;
  to: Date;
}

/** How far a chat's history is read: everything up to `readTo`, null at its start; `widthMs` is what fitted last. */
export interface Place {
  from: Date;
  readTo: Date | null;
  widthMs: number | null;
}

export const toSecond = (at: Date): Date => new Date(Math.floor(at.getTime() / secondMs) * secondMs);

/**
 * The next piece of a chat's past. Sources give the newest first, but what comes first is first on the page: so a chat is read piece by
 * piece from its oldest one on, and each piece is sorted before it is stored. Null: all of it is read.
 */
export function nextWindow({ from, readTo, widthMs }: Place, until: Date): Window | null {
  const start = readTo === null ? toSecond(from) : new Date(readTo.getTime() + secondMs);
  const end = toSecond(until);
  if (start > end) return null;
  const to = widthMs === null ? end : toSecond(new Date(start.getTime() + widthMs));
  return { from: start, to: to < end ? to : end };
}

const widthOf = ({ from, to }: Window): number => to.getTime() - from.getTime();

/** A second cannot be cut: all of it is read, however much that is. */
export const canNarrow = (window: Window): boolean => widthOf(window) >= secondMs;
/** So much of a window that had too many messages is tried next. */
export const narrower = (window: Window): number => Math.floor(widthOf(window) / 4);
/** A window that was nearly empty makes the next one wider. */
export const widerAfter = (window: Window, messages: number, most: number): number =>
  messages * 4 > most ? widthOf(window) : Math.max(minuteMs, widthOf(window) * 4);

/** How an account's history is looked after. Times in milliseconds. */
export interface HistoryRules {
  /** Between two looks at what a source has. */
  checkEveryMs: number;
  /** After a session began to work, its phone still sends it what it missed: a look is final only after that. */
  catchUpMs: number;
  /** A look begins so long before what was seen last. */
  overlapMs: number;
}

export const usualHistoryRules: HistoryRules = {
  checkEveryMs: 60 * minuteMs,
  catchUpMs: 10 * minuteMs,
  overlapMs: 120 * minuteMs,
};

const before = (at: Date, ms: number): Date => new Date(at.getTime() - ms);

/** So many days of history are read when an account is connected, unless it says otherwise. */
export const usualDaysAtConnect = 7;

/** What is known of the history of one account. */
export interface HistoryFacts {
  /** Null: all there is. */
  daysAtConnect: number | null;
  /** From when on the source has what it missed; null: its session does not work now. */
  caughtUpAt: Date | null;
  /** Everything that the source has up to then was asked for; null: nothing was yet. */
  readUpTo: Date | null;
  nextReadAt: Date | null;
}

/** Gaps that wait to be read: where they begin, and whether one of them was not asked about yet. */
export interface OpenGaps {
  from: readonly Date[];
  hasNew: boolean;
}

/** A reading that is due: from when (null: all there is), whether it is final, and when the next one is. */
export interface DueReading {
  kind: 'history' | 'gap';
  from: Date | null;
  isFinal: boolean;
  nextReadAt: Date;
}

export const daysBefore = (now: Date, days: number): Date => before(now, days * dayMs);

/**
 * The reading that an account is due for, or null. What a source missed is asked for at once, and again when it has caught up. Its past is
 * read only then: what came in later would stand on the page behind what is newer.
 */
export function findDueReading(
  { daysAtConnect, caughtUpAt, readUpTo, nextReadAt }: HistoryFacts,
  gaps: OpenGaps,
  rules: HistoryRules,
  now: Date,
): DueReading | null {
  if (caughtUpAt === null) return null;
  const isFinal = caughtUpAt <= now;
  const isDue = gaps.hasNew || nextReadAt === null || nextReadAt <= now;
  if (!isDue || (readUpTo === null && !isFinal)) return null;
  const next = isFinal ? new Date(now.getTime() + rules.checkEveryMs) : caughtUpAt;
  if (readUpTo === null) {
    const from = daysAtConnect === null ? null : daysBefore(now, daysAtConnect);
    return { kind: 'history', from, isFinal, nextReadAt: next };
  }
  const oldest = new Date(Math.min(readUpTo.getTime(), ...gaps.from.map((from) => from.getTime())));
  return { kind: 'gap', from: before(oldest, rules.overlapMs), isFinal, nextReadAt: next };
}

/** Until an import goes on that waits for its source, or failed, so many times in a row. */
export const pauseOfImport = (tries: number): number =>
  Math.min(30 * minuteMs, 5 * secondMs * 2 ** Math.min(Math.max(tries, 1) - 1, 20));
