import { z } from 'zod';
import { readingRules } from '../../domain/content/reading-rules';
import type { Taken } from '../../intake/take-in';
import type { AccountDoc } from '../../store/accounts';
import type { ApiContext } from '../context';
import { isTooDeep } from '../http/nesting';
import { Problem } from '../http/problem';
import { countMessages } from '../links/take-in-and-wake';

/** The answer to a webhook, once everything is stored. */
export const hookAnswer = z
  .object({
    accepted: z.number(),
    duplicates: z.number(),
    updated: z.number(),
    ignored: z.number(),
    unreadable: z.number(),
  })
  .meta({ id: 'HookAnswer' });
export type HookAnswer = z.output<typeof hookAnswer>;

export const toHookAnswer = (taken: readonly Taken[]): HookAnswer => ({
  ...countMessages(taken),
  ignored: taken.filter(({ outcome }) => outcome === 'ignored').length,
  unreadable: taken.filter(({ outcome }) => outcome === 'unreadable').length,
});

const malformed = { code: 'malformed_json', reason: 'The webhook’s body is not valid JSON.' };
const tooDeep = { code: 'malformed_json', reason: 'The webhook’s body nests deeper than any message.' };

function parseBody(text: string): { payload: unknown } | { why: typeof malformed } {
  if (isTooDeep(text)) return { why: tooDeep };
  try {
    return { payload: JSON.parse(text) as unknown };
  } catch {
    return { why: malformed };
  }
}

/** The body of a webhook that was let in, as JSON; one that is none is kept as text and refused. */
export async function readHookPayload(
  { store }: ApiContext,
  account: AccountDoc,
  { source, rawBody }: { source: string; rawBody: Buffer },
): Promise<unknown> {
  const text = rawBody.toString('utf8');
  const parsed = parseBody(text);
  if ('payload' in parsed) return parsed.payload;
  const owner = { portalId: account.portalId, accountId: account._id, source };
  await store.unreadable.keep(owner, [{ raw: text, why: parsed.why }], readingRules);
  throw new Problem('malformed_json', { detail: parsed.why.reason });
}

/** One body, and all of them that were not let in yet. */
export const hookLimits = { maxBytes: 5 * 1024 * 1024, totalBytes: 32 * 1024 * 1024, withinMs: 30_000 };
