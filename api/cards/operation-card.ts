import { z } from 'zod';
import type { OperationDoc } from '../../store/operations';
import { timeField } from '../http/fields';
import { toCard } from './to-card';
import { whoSchema } from './who-card';

/** How far a change of a link is. */
export const operationSchema = z
  .object({
    id: z.string(),
    linkId: z.string().nullable().meta({ description: 'Null where it is about no link, or about many.' }),
    kind: z.enum(['changeContact', 'unlink', 'bindEarlier', 'bulk', 'forget', 'export', 'report']),
    action: z.enum(['pause', 'resume', 'back-up-now', 'unlink', 'link', 'import', 'undo']).nullable().meta({
      description: 'What is done with many links. `link`: the dry run is carried out; `import`: a list.',
    }),
    undoes: z.string().nullable().meta({ description: 'The operation whose links an `undo` ends.' }),
    outcomes: z.record(z.string(), z.number()).meta({
      description: 'Of an `import`, how many rows are `linked`, or were `already`; of an `undo`, `ended`.',
    }),
    refused: z.record(z.string(), z.number()).meta({
      description:
        'How many were left as they were, by the code of the problem; `left_to_a_person`: the dry run links them with nobody.',
    }),
    done: z.number(),
    total: z.number(),
    report: z
      .enum(['link-plan', 'phone-quality'])
      .nullable()
      .meta({ description: 'Which, where it is a report.' }),
    state: z.enum(['running', 'done', 'failed', 'cancelled']),
    reason: z.string().nullable().meta({ description: 'Why it failed, or what it waits for while it runs.' }),
    who: whoSchema.nullable().meta({ description: 'Who asked for it; null: it came by itself.' }),
    createdAt: timeField,
  })
  .meta({ id: 'Operation', description: 'A change that takes a while. It survives crashes.' });

export const toOperation = (operation: OperationDoc): z.output<typeof operationSchema> =>
  toCard(operationSchema, {
    ...operation,
    who: operation.who ?? null,
    action: operation.bulk?.action ?? null,
    undoes: operation.bulk?.of ?? null,
    outcomes: operation.outcomes ?? {},
    refused: operation.refused ?? {},
    report: operation.report ?? null,
  });
