import { z } from 'zod';
import { UnknownOutcomeError } from '../errors';
import type { Ask, AskOptions } from './ask';

/** A comment on a contact's page. */
export interface TimelineComment {
  id: number;
  /** In the portal's time. */
  createdAtMs: number;
  text: string;
}

const METHOD = 'crm.timeline.comment.list';
const MOST_RESTARTS = 3;

const commentSchema = z
  .object({
    ID: z.coerce.number().int().positive(),
    CREATED: z
      .string()
      .transform((text) => Date.parse(text))
      .pipe(z.number()),
    COMMENT: z.string().nullish(),
  })
  .transform(({ ID, CREATED, COMMENT }) => ({ id: ID, createdAtMs: CREATED, text: COMMENT ?? '' }));

/** Reads a contact's comments, newest first, page after page until `isEnough` says so of all read or there are no more. */
export async function readComments(
  ask: Ask,
  contactId: number,
  isEnough: (comments: TimelineComment[]) => boolean,
  options: AskOptions,
): Promise<TimelineComment[]> {
  let restarts = 0;
  let total: number | null = null;
  let start: number | null = 0;
  let comments = new Map<number, TimelineComment>();
  while (start !== null) {
    const page = await readPage(ask, contactId, start, options);
    // A comment deleted meanwhile moves one comment over the edge of the page, unseen. New ones only repeat some.
    if (total !== null && (page.total ?? 0) < total && restarts < MOST_RESTARTS) {
      restarts += 1;
      total = null;
      start = 0;
      comments = new Map();
      continue;
    }
    total = page.total;
    for (const comment of page.comments) comments.set(comment.id, comment);
    start = page.comments.length === 0 || isEnough([...comments.values()]) ? null : page.next;
  }
  return [...comments.values()].sort((a, b) => b.id - a.id);
}

async function readPage(ask: Ask, contactId: number, start: number, options: AskOptions) {
  const filter = { ENTITY_ID: contactId, ENTITY_TYPE: 'contact' };
  const select = ['ID', 'CREATED', 'COMMENT'];
  const { result, next, total } = await ask(
    METHOD,
    { filter, order: { ID: 'DESC' }, select, start },
    options,
  );
  const page = z.array(commentSchema).safeParse(result);
  if (!page.success) throw new UnknownOutcomeError({ code: 'UNREADABLE_LIST', method: METHOD });
  return { comments: page.data, next, total };
}
