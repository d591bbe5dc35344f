const clocks = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'longOffset',
  });
  clocks.set(timeZone, made);
  return made;
}

function partsOf(at: Date, timeZone: string): Record<string, string> {
  return Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
}

/** A time where the portal is: `day` as 2026-11-25, `time` as 14:03:22. */
export function toClock(at: Date, timeZone: string): { day: string; time: string } {
  const { year, month, day, hour, minute, second } = partsOf(at, timeZone);
  return { day: `${year}-${month}-${day}`, time: `${hour}:${minute}:${second}` };
}

/** `UTC+01:00` as it was in force then. */
export function toOffset(at: Date, timeZone: string): string {
  const offset = (partsOf(at, timeZone)['timeZoneName'] ?? 'GMT').replace('GMT', '');
  return `UTC${offset === '' ? '+00:00' : offset}`;
}

/** `2026-11-25 14:03–14:07`, or both days when they differ. */
export function toPeriod(from: Date, to: Date, timeZone: string): string {
  const [first, last] = [toClock(from, timeZone), toClock(to, timeZone)];
  const [begin, end] = [first.time.slice(0, 5), last.time.slice(0, 5)];
  if (first.day !== last.day) return `${first.day} ${begin} – ${last.day} ${end}`;
  return begin === end ? `${first.day} ${begin}` : `${first.day} ${begin}–${end}`;
}

/** A time as a clock shows it; `month` counts from 1. */
export interface ClockTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

function offsetMs(at: Date, timeZone: string): number {
  const [, sign, hours = '0', minutes = '0'] = /([+-])(\d\d):(\d\d)/.exec(toOffset(at, timeZone)) ?? [];
  const ms = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return sign === '-' ? -ms : ms;
}

/** When a clock in the zone showed it. Of a time that came twice either one; one that never came is moved by the hour that was left out. */
export function fromClock({ year, month, day, hour, minute, second }: ClockTime, timeZone: string): Date {
  const asUtc = Date.UTC(year, month - 1, day, hour, minute, second);
  const near = asUtc - offsetMs(new Date(asUtc), timeZone);
  return new Date(asUtc - offsetMs(new Date(near), timeZone));
}
