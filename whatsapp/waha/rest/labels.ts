import { z } from 'zod';
import { ServerError } from '../../rest/errors';
import type { WahaAsking } from './asking';
import { idShape, lidShape } from './shapes';

/** The labels of WhatsApp Business, and who has two addresses. */
export interface WahaLabels {
  /** All labels. Only WhatsApp Business has some, and none are there until the engine got them. A `ServerError` of status 501: the engine knows no labels. */
  listLabels(): Promise<{ id: string; name: string }[]>;
  /** The addresses of the chats that have it; engines give whole chats. */
  listLabelledChats(labelId: string): Promise<string[]>;
  /** Of a LID its number’s address, of a number its LID’s; null where WAHA does not know it, or its engine cannot say. */
  findOtherAddress(address: string): Promise<string | null>;
}

const labelShape = z.looseObject({
  id: z.union([z.string(), z.number()]).transform(String),
  name: z.string(),
});
const labelledShape = z.looseObject({ id: idShape }).transform(({ id }) => id);

/** Chromium's engine builds whole chats for this answer. */
const chatsTimeoutMs = 60_000;

export function createLabels({ session, askJson, askIfThere }: WahaAsking): WahaLabels {
  const path = `/api/${session}/labels`;
  return {
    listLabels: () => askJson(z.array(labelShape), { method: 'GET', path, call: 'labels' }),
    listLabelledChats: (labelId) =>
      askJson(z.array(labelledShape), {
        ...{ method: 'GET', path: `${path}/${encodeURIComponent(labelId)}/chats`, call: 'labels/chats' },
        timeoutMs: chatsTimeoutMs,
      }),
    async findOtherAddress(address) {
      const isLid = address.endsWith('@lid');
      const of = isLid ? 'lids' : 'lids/pn';
      const asked = { method: 'GET', path: `/api/${session}/${of}/${encodeURIComponent(address)}` } as const;
      const found = await askIfThere(pairShape.nullable(), { ...asked, call: of }).catch(unlessAnswered);
      return (isLid ? found?.pn : found?.lid) ?? null;
    },
  };
}

/** An engine without this list answers with errors of its own: only a WAHA that is away is asked again. */
function unlessAnswered(error: unknown): null {
  if (error instanceof ServerError && error.status !== null) return null;
  throw error;
}

/** A number that WAHA knows no LID of has none here. */
const pairShape = lidShape.extend({ lid: z.string().nullish() });
