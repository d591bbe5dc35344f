import { z } from 'zod';
import type { Who } from '../../domain/access';

/** Who asked for a change. */
export const whoSchema = z
  .object({
    kind: z.enum(['user', 'token', 'administrator']),
    id: z.string().nullable(),
    name: z.string().meta({ description: 'As it was then.' }),
  })
  .meta({ id: 'Who', description: 'The user, or the API token, that asked for a change.' });

/** What is kept of who asks. */
export const toWho = ({ kind, id, name }: Who): Who => ({ kind, id, name });
