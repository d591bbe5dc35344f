import type { Translation } from '../../domain/message';
import { unreadable } from '../refusal';
import type { SourceContext } from '../source-context';
import { parseIngestEnvelope } from './envelope';
import { translateIngestMessage } from './translate';

const maxKept = 50;

const listOf = (value: unknown): Record<string, unknown>[] =>
  (Array.isArray(value) ? (value as unknown[]) : []).filter(
    (one): one is Record<string, unknown> => typeof one === 'object' && one !== null,
  );

/** All by which a message names people and chats, in one text. */
function listNames(raw: unknown): string {
  const { id, chatId, sender, mentions } = (raw ?? {}) as Record<string, unknown>;
  const speaker = (sender ?? {}) as Record<string, unknown>;
  const mentioned: unknown[] = Array.isArray(mentions) ? mentions : [];
  const names: unknown[] = [id, chatId, speaker['id'], speaker['phone'], speaker['bsuid'], ...mentioned];
  return names.filter((name) => typeof name === 'string').join('\n');
}

/**
 * The part of a request by which one of its messages is understood: the account, and the chats and people that the message names. Kept with
 * a message that cannot be read, so that it means the same when it is read again.
 */
export function contextOf(body: unknown, raw: unknown): Record<string, unknown> {
  const { account, chats, identities } = (body ?? {}) as Record<string, unknown>;
  const text = listNames(raw);
  const isNamed = (names: readonly unknown[]): boolean =>
    names.some((name) => typeof name === 'string' && name.length > 4 && text.includes(name));
  return {
    ...(account == null ? {} : { account }),
    chats: listOf(chats)
      .filter(({ id }) => isNamed([id]))
      .slice(0, maxKept),
    identities: listOf(identities)
      .filter(({ lid, phone, bsuid }) => isNamed([lid, phone, bsuid]))
      .slice(0, maxKept),
  };
}

/** Reads a message of a request again, with what was kept of the request. */
export function readIngestAgain(raw: unknown, kept: unknown, context: SourceContext): Translation[] {
  const around = typeof kept === 'object' && kept !== null ? kept : {};
  const parsed = parseIngestEnvelope({ ...around, messages: [raw] }, context);
  if (parsed.ok) return [translateIngestMessage(raw, parsed.envelope)];
  return [unreadable('bad_request', 'The request that it came in cannot be read any more.').translation];
}
