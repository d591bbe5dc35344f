import { z } from 'zod';
import type { MetaContact } from './payload';

const text = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .catch(null);
const percent = z.number().nullish().catch(null);

const threadShape = z.looseObject({
  id: text,
  context: z
    .looseObject({ wa_id: text, user_id: text, parent_user_id: text, username: text })
    .nullish()
    .catch(null),
  messages: z.array(z.unknown()).catch([]),
});
const partShape = z.looseObject({
  metadata: z.looseObject({ phase: percent, chunk_order: percent, progress: percent }).nullish().catch(null),
  threads: z.array(z.unknown()).catch([]),
  errors: z.array(z.looseObject({ code: z.number().nullish().catch(null) }).catch({})).catch([]),
});

/** How far Meta is with a number's history. */
export type HistoryNews = { state: 'coming'; progress: number } | { state: 'declined' };

/** One message of the past, with the names of the one it is with. */
export interface PastMessage {
  raw: unknown;
  peer: (string | null | undefined)[];
  contact: MetaContact;
  /** The same part of the history with this message alone. */
  wrapped: { history: unknown[] };
}

/** The phone's owner does not share the history. */
const declinedCode = 2593109;

export interface HistoryPart {
  messages: PastMessage[];
  news: HistoryNews | null;
  broken: unknown[];
}

function readThread(given: unknown): PastMessage[] | null {
  const { data } = threadShape.safeParse(given);
  if (!data) return null;
  const { id, context, messages } = data;
  const contact = {
    ...{ wa_id: context?.wa_id ?? id, user_id: context?.user_id, parent_user_id: context?.parent_user_id },
    username: context?.username,
  };
  const peer = [id, contact.wa_id, contact.user_id, contact.parent_user_id];
  const around = { id, context };
  return messages.map((raw) => {
    const wrapped = { history: [{ threads: [{ ...around, messages: [raw] }] }] };
    return { raw, peer, contact, wrapped };
  });
}

function readPart(given: unknown): HistoryPart {
  const { data } = partShape.safeParse(given);
  if (!data) return { messages: [], news: null, broken: [given] };
  const { metadata, threads, errors } = data;
  const read = threads.map((thread) => ({ thread, messages: readThread(thread) }));
  const isDeclined = errors.some(({ code }) => code === declinedCode);
  const progress = metadata?.progress ?? null;
  return {
    messages: read.flatMap(({ messages }) => messages ?? []),
    news: isDeclined ? { state: 'declined' } : progress === null ? null : { state: 'coming', progress },
    broken: read.filter(({ messages }) => messages === null).map(({ thread }) => thread),
  };
}

/** The parts of the past in a change, in whatever order they come: what is the same message is known by its id. */
export function readHistory(given: unknown): HistoryPart {
  const parts = (Array.isArray(given) ? (given as unknown[]) : []).map(readPart);
  const news = parts.flatMap((part) => part.news ?? []);
  const progress = news.flatMap((one) => (one.state === 'coming' ? [one.progress] : []));
  return {
    messages: parts.flatMap(({ messages }) => messages),
    broken: parts.flatMap(({ broken }) => broken),
    news: progress.length > 0 ? { state: 'coming', progress: Math.max(...progress) } : (news[0] ?? null),
  };
}
