import { z } from 'zod';
import type { ImportDoc } from '../../store/history/imports';
import { timeField } from '../http/fields';
import { toCard } from './to-card';

export const importStateField = z
  .enum(['running', 'question', 'done', 'failed', 'cancelled'])
  .meta({ id: 'ImportState' });

/** How far the reading of a source's past is; counts only, no chat by its name. */
export const importSchema = z
  .object({
    id: z.string(),
    accountId: z.string(),
    linkId: z.string().nullable().meta({ description: 'The link it was asked for, where it was.' }),
    kind: z.enum(['history', 'gap', 'file']).meta({
      description:
        '`history` was asked for, or is the past of a new account; `gap`: what may have been missed.',
    }),
    state: importStateField,
    from: timeField.nullable().meta({ description: 'Null: all that the source has.' }),
    to: timeField,
    done: z.number().meta({ description: 'Chats that are read.' }),
    total: z.number().meta({ description: 'Chats that are known so far; it grows while the list is read.' }),
    failed: z.number().meta({ description: 'Chats that could not be read.' }),
    messagesRead: z.number(),
    messagesFound: z.number().meta({ description: 'Messages that were new, at least so many.' }),
    waitsFor: z.enum(['turn', 'source']).nullable().meta({
      description: 'While it runs: another reading of the account goes first, or the source is away.',
    }),
    reason: z.string().nullable().meta({ description: 'Why it waits or failed, and what to do.' }),
    createdAt: timeField,
    endedAt: timeField.nullable(),
  })
  .meta({ id: 'Import', description: 'A reading of what a source has of the past. It survives crashes.' });

export const toImport = (doc: ImportDoc): z.output<typeof importSchema> => toCard(importSchema, doc);
