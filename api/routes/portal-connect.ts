import { z } from 'zod';
import { checkAccess } from '../../bitrix24/check-access';
import { isTimeZone, isWebhookUrl } from '../../config/formats';
import { isCountryCode } from '../../domain/phone';
import { portalSchema, toPortal } from '../cards/portal-card';
import type { ApiContext } from '../context';
import { endpoint, ok, type Endpoint } from '../http/endpoint';
import { Problem } from '../http/problem';

const webhookUrl = z
  .string()
  .max(500)
  .refine(isWebhookUrl, 'is no inbound webhook: https://<portal>/rest/<user id>/<secret>/')
  .meta({ description: 'An inbound webhook of Bitrix24: a secret, kept encrypted and never shown again.' });

const checkSchema = z
  .object({
    host: z.string(),
    canConnect: z.boolean().meta({ description: 'Nothing that is needed is missing.' }),
    checks: z.array(
      z.object({
        point: z.enum(['address', 'credentials', 'scope', 'contacts', 'contactFields']).meta({
          description:
            '`address`: a Bitrix24 answers there; `credentials`: it takes the webhook; `scope`: the webhook has CRM; `contacts`, `contactFields`: its user may read them.',
        }),
        state: z.enum(['passed', 'failed', 'unknown']),
        code: z.string().nullable().meta({ description: 'The portal’s own code where it refused.' }),
      }),
    ),
  })
  .meta({ id: 'PortalCheck', description: 'What a webhook may do.' });

async function check(url: string): Promise<z.output<typeof checkSchema>> {
  const checks = await checkAccess(url);
  const canConnect = checks.every(({ state }) => state === 'passed');
  return { host: new URL(url).host, canConnect, checks };
}

const policies = {
  defaultCountry: z.string().refine(isCountryCode, 'is no ISO 3166-1 country').nullable().optional(),
  timeZone: z.string().refine(isTimeZone, 'is no time zone of the IANA list').optional(),
};

/** The first contact with a portal. */
export const createPortalConnectRoutes = (context: ApiContext): Endpoint[] => [
  endpoint('POST /portals/check', {
    tag: 'Bitrix24',
    role: 'admin',
    operationId: 'checkPortal',
    audit: false,
    summary: 'Say what a webhook may do, without connecting it or changing anything in the portal',
    body: z.strictObject({ webhookUrl }),
    answers: { 200: { description: 'Point by point.', schema: checkSchema } },
    handle: async ({ body }) => ok(await check(body.webhookUrl)),
  }),
  endpoint('POST /portals', {
    tag: 'Bitrix24',
    role: 'admin',
    operationId: 'connectPortal',
    summary: 'Connect a portal by its webhook, or renew the webhook of a connected one',
    body: z.strictObject({ webhookUrl, ...policies }),
    answers: {
      200: { description: 'It was known; the webhook is the new one.', schema: portalSchema },
      201: { description: 'Connected.', schema: portalSchema },
      422: { description: '`portal_check_failed`: the point that failed, and the portal’s code.' },
    },
    async handle({ body: { webhookUrl: url, defaultCountry, timeZone } }) {
      const { store } = context;
      const failed = (await check(url)).checks.find(({ state }) => state === 'failed');
      if (failed) throw new Problem('portal_check_failed', { detail: `${failed.point}: ${failed.code}` });
      const known = await store.portals.findByWebhook(url);
      const usual = { defaultCountry: context.defaultCountry, timeZone: 'UTC' };
      const portal = await store.portals.connect(url, {
        defaultCountry: defaultCountry === undefined ? (known ?? usual).defaultCountry : defaultCountry,
        timeZone: timeZone ?? (known ?? usual).timeZone,
      });
      await store.portals.setAttention(portal._id, null);
      await context.watchPortal(portal._id);
      return { status: known ? 200 : 201, body: await toPortal(context, portal) };
    },
  }),
];
