/** A link's place in every interval, from 0 up to 1: by its id, so the same in every process and for ever, and flat over all links (FNV-1a, mixed). */
export function phaseOf(linkId: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < linkId.length; at += 1) hash = Math.imul(hash ^ linkId.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** A round this near before its place is the one of that place: clocks of two machines differ. */
const slackMs = (intervalMs: number): number => Math.min(intervalMs / 20, 5_000);

/** Until the link's next place, in milliseconds: an interval and the slack at most, whenever and however late the round before it was. */
export function untilPhaseMs(linkId: string, intervalMs: number, nowMs: number): number {
  const sinceMs = (nowMs - phaseOf(linkId) * intervalMs) % intervalMs;
  const untilMs = intervalMs - sinceMs - (sinceMs < 0 ? intervalMs : 0);
  return Math.ceil(untilMs > slackMs(intervalMs) ? untilMs : untilMs + intervalMs);
}
