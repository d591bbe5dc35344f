import { toMinute, type IdentifiedMessage } from './identify';

/** A message that another source brought. */
export interface KnownMessage {
  sentAt: Date;
  fromMe: boolean;
  /** All that it said over time: an export has a message as it was edited last. */
  substances: readonly string[];
}

export type FromFile = Pick<IdentifiedMessage, 'sentAt' | 'fromMe' | 'substance' | 'ordinal'>;

const keyOf = (minute: number, fromMe: boolean, substance: string): string =>
  `${minute}|${fromMe}|${substance}`;

function count(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/**
 * Which messages of a file are known from another source. The rule: same direction, same substance, same minute; of several such within
 * a minute as many as are known. A phone's clock may differ from the source's by seconds: one that has no copy in its own minute is known
 * too by a copy in the minute before or behind it that no message of the file has claimed.
 *
 * Where it may be wrong: a message is left out though it is new where the same was said in the minute beside it, the other source missed
 * this one, and the phone exported the other one under another minute. One is told twice where its text was changed by the source, or
 * the clocks differ by more than a minute.
 */
export function findTwins(fromFile: readonly FromFile[], known: readonly KnownMessage[]): boolean[] {
  const there = count(
    known.flatMap(({ sentAt, fromMe, substances }) =>
      [...new Set(substances)].map((one) => keyOf(toMinute(sentAt), fromMe, one)),
    ),
  );
  const minutes = fromFile.map(({ sentAt }) => toMinute(sentAt));
  const [first, last] = [Math.min(...minutes), Math.max(...minutes)];
  const key = (at: number, beside = 0): string => {
    const one = fromFile[at] as FromFile;
    return keyOf((minutes[at] ?? 0) + beside, one.fromMe, one.substance);
  };
  const wanted = count(fromFile.map((_, at) => key(at)));
  const left = new Map([...there].map(([one, copies]) => [one, copies - (wanted.get(one) ?? 0)]));
  return fromFile.map(({ ordinal }, at) => {
    if (ordinal <= (there.get(key(at)) ?? 0)) return true;
    // At the ends others may claim them, of the piece before or behind this one.
    const beside = [-1, 1].find((step) => {
      const minute = (minutes[at] ?? 0) + step;
      return minute > first && minute < last && (left.get(key(at, step)) ?? 0) > 0;
    });
    if (beside === undefined) return false;
    left.set(key(at, beside), (left.get(key(at, beside)) ?? 0) - 1);
    return true;
  });
}
