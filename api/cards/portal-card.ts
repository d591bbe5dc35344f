import { z } from 'zod';
import { groupModes } from '../../domain/groups/policy';
import type { Portal } from '../../bitrix24/portal';
import type { PortalDoc } from '../../store/portals/portal-schema';
import { timeField } from '../http/fields';
import { attentionSchema } from './link-card';
import { mayDo, type Role } from '../../domain/access';
import { pick, toCard } from './to-card';

export const createMissing = z.enum(['never', 'whenTheyWriteFirst', 'always']).meta({
  description: 'When a contact is made for somebody whose number no contact has.',
});
export const autoLink = z
  .boolean()
  .meta({ description: 'Chats link themselves to the one contact with the number.' });

export const groupMode = z.enum(groupModes).meta({
  description:
    'On whose pages a group is that has no policy of its own: of all linked members, of those who have spoken in it, or nobody’s.',
});

export const outageSchema = z
  .object({
    kind: z.enum(['unreachable', 'unanswered', 'reauthorise', 'askAdmin', 'blocked', 'gone']),
    since: timeField,
    nextTryAt: timeField.meta({
      description: 'When it is tried again by itself; past while a try is under way.',
    }),
  })
  .nullable()
  .meta({ id: 'Outage', description: 'What keeps the portal as a whole from working, or null.' });

/** What everybody may know of a portal: its name and how it is. */
const nameSchema = z.object({
  id: z.string(),
  host: z.string(),
  attention: attentionSchema,
  disconnectedAt: timeField.nullable().meta({
    description: 'When the portal was disconnected; its people, links and messages are kept.',
  }),
  outage: outageSchema,
});

const settings = {
  defaultCountry: z.string().nullable(),
  timeZone: z.string(),
  autoLink,
  createMissing,
  groupMode,
  movedTo: z
    .object({ origin: z.string(), since: timeField })
    .nullable()
    .meta({ description: 'Where the portal answers while its configured address sends us there.' }),
  history: z
    .array(
      z.object({
        at: timeField,
        event: z.enum(['moved', 'came_back']),
        origin: z.string().nullable(),
      }),
    )
    .meta({ description: 'What became of the portal’s address, oldest first.' }),
};

/** A portal with its settings, for admins. */
export const portalSchema = nameSchema.extend(settings).meta({ id: 'Portal' });

/** A portal as far as its reader may see it. */
export const anyPortalSchema = nameSchema
  .extend(z.object(settings).partial().shape)
  .meta({ id: 'PortalName', description: 'A portal. Its settings are only in it for admins.' });

/** Shown as long as nothing worse is: everything works, but the configured address no longer is the portal's own. */
function toMovedAttention({ movedTo }: PortalDoc): z.output<typeof attentionSchema> {
  if (!movedTo) return null;
  const advice = `The portal answers at ${movedTo.origin} now: create a webhook there and set it. The configured address is tried again every ten minutes.`;
  return { code: 'portal_moved', advice, since: movedTo.since.toISOString() };
}

/** A portal as it is now. An outage is known to the portal's client; one that cannot be opened shows none. */
export async function toPortal(
  { portalOf }: { portalOf: (portalId: string) => Promise<Portal> },
  portal: PortalDoc,
): Promise<z.output<typeof portalSchema>> {
  const client = await portalOf(portal._id).catch(() => null);
  const outage = (await client?.findOutage()) ?? null;
  const attention = portal.attention ?? toMovedAttention(portal);
  return toCard(portalSchema, { groupMode: 'linked-members', ...portal, attention, outage });
}

/** As far as somebody of this role may see it. */
export async function toPortalFor(
  role: Role,
  ...shown: Parameters<typeof toPortal>
): Promise<z.output<typeof anyPortalSchema>> {
  const whole = await toPortal(...shown);
  return mayDo(role, 'admin') ? whole : pick(nameSchema, whole);
}
