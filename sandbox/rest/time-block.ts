import type { PortalState } from '../portal-state';
import type { Params } from './method';
import type { Span } from './request-run';

/** The `time` of an answer. `operating` is there only where limits are on, as on a cloud portal. */
export function toTimeBlock(portal: PortalState, method: string, span: Span): Params {
  const { clock, limits, settings } = portal;
  const start = (span.startMs + clock.offsetMs) / 1000;
  const finish = (span.finishMs + clock.offsetMs) / 1000;
  const block: Params = {
    start: settings.oddTimeTypes ? Math.floor(start) : start,
    finish,
    duration: Math.max(finish - start, span.costMs / 1000),
    processing: span.costMs / 1000,
    date_start: clock.format(start * 1000),
    date_finish: clock.format(finish * 1000),
  };
  if (limits === null) return block;
  const nowMs = Date.now();
  const resetAtMs = limits.methodTime.resetAtMs(method, nowMs) + clock.offsetMs;
  block['operating_reset_at'] = settings.oddTimeTypes
    ? clock.format(resetAtMs + 999)
    : Math.ceil(resetAtMs / 1000);
  block['operating'] = limits.methodTime.usedSeconds(method, nowMs);
  return block;
}
