import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { isTimeZone } from '../../config/formats';
import { isCountryCode } from '../../domain/phone';
import type { PortalDoc } from '../../store/portals/portal-schema';
import type { ApiContext } from '../context';
import {
  anyPortalSchema,
  autoLink,
  createMissing,
  groupMode,
  portalSchema,
  toPortal,
  toPortalFor,
} from '../cards/portal-card';
import { endpoint, ok, type Endpoint } from '../http/endpoint';
import { toLoggable } from '../../telemetry';
import { orNotFound } from '../http/problem';

/** How long a try is waited for; it goes on without us. */
const tryWaitMs = 3_000;

const policies = z.strictObject({
  autoLink: autoLink.optional(),
  createMissing: createMissing.optional(),
  groupMode: groupMode.exclude(['one']).optional(),
  defaultCountry: z.string().refine(isCountryCode, 'is no ISO 3166-1 country').nullable().optional(),
  timeZone: z.string().refine(isTimeZone, 'is no time zone of the IANA list').optional().meta({
    description: 'In which the times on the pages are written.',
  }),
});

/** Leaves out what was not given: `undefined` would overwrite. */
const given = <T extends object>(fields: T) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>;
  };

/**
 * Tries the portal at once, whatever pause is under way; one try is for all who ask. What it finds is on the portal
 * afterwards: an answer ends the outage for all processes.
 */
async function tryPortal({ store, portalOf, logger }: ApiContext, portal: PortalDoc): Promise<void> {
  const client = await portalOf(portal._id);
  const attempt = client.tryNow().catch((error: unknown) => {
    logger.warn({ portalId: portal._id, ...toLoggable(error) }, 'the portal could not be tried');
  });
  await Promise.race([attempt, sleep(tryWaitMs, undefined, { ref: false })]);
  const isOver = (await client.findOutage()) === null;
  if (isOver && portal.attention?.code.startsWith('portal_'))
    await store.portals.setAttention(portal._id, null);
}

/** What is done by itself; given whole or in part. */
function createPolicyRoutes(context: ApiContext): Endpoint[] {
  const tag = 'Bitrix24';
  const answer = { description: 'The portal.', schema: portalSchema };
  const setPolicies = async (portalId: string, wanted: z.output<typeof policies>) => {
    const portal = await context.store.portals.setPolicies(portalId, given(wanted));
    return ok(await toPortal(context, orNotFound(portal, 'portal')));
  };
  return [
    endpoint('PUT /portals/:portalId/policies', {
      role: 'admin',
      operationId: 'setPortalPolicies',
      tag,
      summary: 'Change how people are linked by themselves, and on whose pages groups are',
      body: policies,
      answers: { 200: answer },
      handle: ({ params, body }) => setPolicies(params.portalId, body),
    }),
    endpoint('PATCH /portals/:portalId', {
      role: 'admin',
      operationId: 'changePortal',
      tag,
      summary: 'Change the policies of a portal; what is not given stays',
      body: policies,
      answers: { 200: answer },
      handle: ({ params, body }) => setPolicies(params.portalId, body),
    }),
  ];
}

/** The portals, how they are, and what is done about people nobody has linked. */
export function createPortalRoutes(context: ApiContext): Endpoint[] {
  const { store } = context;
  const tag = 'Bitrix24';
  const load = async (portalId: string) => orNotFound(await store.portals.load(portalId), 'portal');
  const answer = { description: 'The portal.', schema: portalSchema };

  return [
    endpoint('GET /portals', {
      role: 'viewer',
      operationId: 'listPortals',
      tag,
      summary: 'List the portals; their settings are for admins',
      answers: {
        200: { description: 'All portals.', schema: z.object({ items: z.array(anyPortalSchema) }) },
      },
      async handle({ actor: { role } }) {
        const portals = await store.portals.list();
        const items = await Promise.all(portals.map((portal) => toPortalFor(role, context, portal)));
        return ok({ items });
      },
    }),
    endpoint('GET /portals/:portalId', {
      role: 'viewer',
      operationId: 'getPortal',
      tag,
      summary: 'Show a portal and what keeps it from working',
      answers: { 200: { description: 'The portal.', schema: anyPortalSchema } },
      handle: async ({ params, actor: { role } }) =>
        ok(await toPortalFor(role, context, await load(params.portalId))),
    }),
    endpoint('POST /portals/:portalId/try-now', {
      role: 'admin',
      operationId: 'tryPortalNow',
      tag,
      summary: 'Try a portal that does not work at once, without its pause',
      answers: { 202: { ...answer, description: 'Tried, or being tried; the portal as it is now.' } },
      async handle({ params }) {
        await tryPortal(context, await load(params.portalId));
        return { status: 202, body: await toPortal(context, await load(params.portalId)) };
      },
    }),
    ...createPolicyRoutes(context),
  ];
}
