/** The portal's `time` block. Every part may be missing; self-hosted portals often leave out `operating`. */
export interface TimeBlock {
  /** The portal's clock when it answered. */
  finishMs: number | null;
  durationMs: number | null;
  /** The time that this method has used in the portal's window of ten minutes, up to and with this call. */
  operatingMs: number | null;
  /** The portal's clock when the oldest part of `operatingMs` is given back. */
  operatingResetAtMs: number | null;
}

/** One successful answer. `total` and `next` (the `start` of the next page) come with lists. */
export interface Answer {
  result: unknown;
  total: number | null;
  next: number | null;
  time: TimeBlock | null;
}

export type Json = Record<string, unknown>;

/** Parses a body that should be a JSON object; null for pages, cut-off JSON and anything else. */
export function parseBody(text: string): Json | null {
  try {
    const body: unknown = JSON.parse(text);
    return isMap(body) ? body : null;
  } catch {
    return null; // the parser's message would quote the body
  }
}

/** PHP writes an empty map as `[]`, so an array counts as a map of its indexes. */
export const toMap = (value: unknown): Json =>
  typeof value === 'object' && value !== null ? (value as Json) : {};

/** The refusal in a body or in one entry of `result_error`, or null when there is none. */
export function refusalIn(value: unknown): { code: string; description: string } | null {
  if (!isMap(value) || !('error' in value)) return null;
  const error = value.error;
  if (isMap(error)) return { code: toText(error.code), description: toText(error.message) };
  return { code: toText(error), description: toText(value.error_description) };
}

/** Reads an answer's parts: the envelope of a single call, or those of one command of a batch. */
export const toAnswer = (body: Json): Answer => ({
  result: body.result,
  total: toNumber(body.total),
  next: toNumber(body.next),
  time: toTimeBlock(body.time),
});

/** Numbers come as integers, floats or strings, and one documented sample shows `operating_reset_at` as ISO. */
export function toTimeBlock(value: unknown): TimeBlock | null {
  if (!isMap(value)) return null;
  return {
    finishMs: toMoment(value.finish) ?? toMoment(value.date_finish),
    durationMs: toMs(value.duration),
    operatingMs: toMs(value.operating),
    operatingResetAtMs: toMoment(value.operating_reset_at),
  };
}

/** A finite number, also from a numeric string; anything else is null. */
export function toNumber(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

const toMs = (seconds: unknown): number | null => {
  const number = toNumber(seconds);
  return number === null || number < 0 ? null : number * 1000;
};

function toMoment(value: unknown): number | null {
  const ms = toMs(value);
  if (ms !== null) return ms;
  const parsed = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(parsed) ? null : parsed;
}

const isMap = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const toText = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
