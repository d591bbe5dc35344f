import { z } from 'zod';
import type { Actor } from '../http/auth';

export const roleField = z
  .enum(['admin', 'agent', 'viewer'])
  .meta({ description: '`admin`: everything; `agent`: steers links and reviews; `viewer`: looks.' });

/** Who is asking. */
export const meSchema = z
  .object({
    kind: z.enum(['user', 'token', 'administrator']),
    id: z.string().nullable(),
    name: z.string(),
    role: roleField,
  })
  .meta({ id: 'Me' });

export const toMe = ({ kind, id, name, role }: Actor): z.output<typeof meSchema> => ({
  kind,
  id,
  name,
  role,
});
