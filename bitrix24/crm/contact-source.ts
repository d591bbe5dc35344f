import { z } from 'zod';
import type { Ask, AskOptions } from './ask';
import { Bitrix24Error } from '../errors';

const sourcesSchema = z.array(z.object({ STATUS_ID: z.coerce.string(), NAME: z.coerce.string() }));
type Source = z.infer<typeof sourcesSchema>[number];

/** One called WhatsApp; else one that mentions it; else "other", since the portal would put its first one, a call. */
function chooseSource(sources: readonly Source[]): string | null {
  const isWhatsApp = ({ NAME }: Source) => /^whats\s?app$/i.test(NAME.trim());
  const mentionsIt = ({ NAME, STATUS_ID }: Source) => /whats\s?app/i.test(`${NAME} ${STATUS_ID}`);
  const isOther = ({ STATUS_ID }: Source) => STATUS_ID === 'OTHER';
  const chosen = sources.find(isWhatsApp) ?? sources.find(mentionsIt) ?? sources.find(isOther);
  return chosen?.STATUS_ID ?? null;
}

const sourceFreshMs = 10 * 60_000;

/**
 * Finds the portal's source for contacts from WhatsApp, which its staff make in the CRM's list of sources. Null where there
 * is none or the list cannot be read: a contact is not held up for it.
 */
export function createSourceFinder(ask: Ask): (options?: AskOptions) => Promise<string | null> {
  let known: { sourceId: string | null; untilMs: number } | null = null;
  return async (options = {}) => {
    if (known && performance.now() < known.untilMs) return known.sourceId;
    try {
      const { result } = await ask('crm.status.list', { filter: { ENTITY_ID: 'SOURCE' } }, options);
      const sourceId = chooseSource(sourcesSchema.parse(result));
      known = { sourceId, untilMs: performance.now() + sourceFreshMs };
      return sourceId;
    } catch (error) {
      if (error instanceof Bitrix24Error || error instanceof z.ZodError) return null;
      throw error;
    }
  };
}
