import { z } from 'zod';
import { timeField } from '../http/fields';
import type { ApiContext } from '../context';

const hourMs = 3_600_000;
const administratorHours = 24;
const invitationHours = 7 * 24;

/** A link that logs in once. */
export const logInLinkSchema = z
  .object({
    path: z.string().meta({
      description: 'To be put behind the address of this server. What stands behind the # is secret.',
    }),
    url: z
      .string()
      .nullable()
      .meta({ description: 'The whole address, where PUBLIC_URL says under which we are reached.' }),
    expiresAt: timeField,
  })
  .meta({ id: 'LogInLink', description: 'Opened in a browser it logs in, once. Shown this once.' });

/** A new link for a user, or the administrator (null). The secret stands behind a `#`, which no server and no log sees. */
export async function makeLogInLink(
  { store, publicUrl }: ApiContext,
  userId: string | null,
): Promise<z.output<typeof logInLinkSchema>> {
  const hours = userId === null ? administratorHours : invitationHours;
  const expiresAt = new Date(Date.now() + hours * hourMs);
  const path = `/log-in#${await store.logInCodes.make(userId, expiresAt)}`;
  return { path, url: publicUrl === null ? null : `${publicUrl}${path}`, expiresAt };
}
