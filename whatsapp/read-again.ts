import type { Translation } from '../domain/message';
import { translateEvolution } from './evolution/translate';
import { readIngestAgain } from './ingest/read-again';
import { translateMetaAgain } from './meta/translate';
import { toTranslationOf, unreadable } from './refusal';
import type { SourceContext } from './source-context';
import { translateWaha } from './waha/translate';

/** A payload as it was kept: JSON texts. */
export interface KeptPayload {
  source: string;
  raw: string;
  context: string | null;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw unreadable('payload_cut', 'The payload was too large to be kept whole, and cannot be read again.');
  }
}

/** Reads a payload again that could not be read when it came. Never throws. */
export function readAgain(
  { source, raw, context: around }: KeptPayload,
  context: SourceContext,
): Translation[] {
  try {
    const payload = parse(raw);
    if (source === 'ingest') return readIngestAgain(payload, around === null ? null : parse(around), context);
    if (source === 'evolution')
      return translateEvolution(payload, context).map(({ translation }) => translation);
    if (source === 'waha') return translateWaha(payload, context);
    if (source === 'meta') return translateMetaAgain(payload, context);
    throw unreadable('unknown_source', 'It came from a source that this version does not know.');
  } catch (error) {
    return [toTranslationOf(error)];
  }
}
