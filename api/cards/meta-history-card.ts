import { z } from 'zod';
import { timeField } from '../http/fields';

/** What became of asking Meta for the history of a number. */
export const metaHistorySchema = z
  .object({
    state: z.enum(['asking', 'asked', 'coming', 'done', 'declined']).meta({
      description:
        '`asking`: Meta’s answer was lost, so that nobody knows; `asked`: nothing came yet; `declined`: the phone does not share it.',
    }),
    askedAt: timeField.nullable().meta({ description: 'Null: it came without our asking.' }),
    progress: z.number().meta({ description: 'Per cent, as Meta says it.' }),
    at: timeField,
  })
  .meta({ id: 'MetaHistory' });
