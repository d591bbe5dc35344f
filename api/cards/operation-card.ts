import { z } from 'zod';
import type { OperationDoc } from '../../store/operations';

/** How far a change of a link is. */
export const operationSchema = z
  .object({
    id: z.string(),
    linkId: z.string(),
    kind: z.enum(['changeContact', 'unlink']),
    done: z.number(),
    total: z.number(),
    state: z.enum(['running', 'done', 'failed']),
    reason: z.string().nullable(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Operation', description: 'A change that takes a while. It survives crashes.' });

export const toOperation = (operation: OperationDoc): z.output<typeof operationSchema> => {
  const { _id, linkId, kind, done, total, state, reason, createdAt } = operation;
  return { id: _id, linkId, kind, done, total, state, reason, createdAt: createdAt.toISOString() };
};
