/** Larger numbers are milliseconds: as seconds they would lie beyond the year 5000. */
const maxSeconds = 1e11;
const dayMs = 24 * 60 * 60 * 1000;
/** WhatsApp began in 2009; an earlier time is a clock that was never set. */
const earliestMs = Date.UTC(2009, 0, 1);

/** Seconds or milliseconds since 1970, as a number or its text; null when it is neither or lies over a day ahead. */
export function parseTimestamp(value: unknown, receivedAt: Date): Date | null {
  if (typeof value !== 'number' && typeof value !== 'string') return null;
  const given = typeof value === 'string' && !/^\d{1,16}(?:\.\d{1,9})?$/.test(value) ? NaN : Number(value);
  const timeMs = Math.round(given > maxSeconds ? given : given * 1000);
  const isBelievable = timeMs >= earliestMs && timeMs <= receivedAt.getTime() + dayMs;
  return isBelievable ? new Date(timeMs) : null;
}
