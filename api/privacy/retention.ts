import { z } from 'zod';
import { toRetention } from '../../domain/privacy/retention';
import type { ApiContext } from '../context';
import { endpoint, ok, type Endpoint } from '../http/endpoint';
import { orNotFound } from '../http/problem';
import type { PortalDoc } from '../../store/portals/portal-schema';

const days = (what: string) =>
  z
    .number()
    .int()
    .min(1)
    .max(36_500)
    .nullable()
    .meta({ description: `${what}, in days; null: for ever.` });

const fields = {
  messages: days('Texts of messages here, once they are on their page'),
  unreadable: days('What sources sent and could not be read'),
  held: days('Messages of people who are not linked'),
  groupsOff: days('Messages of groups that are on nobody’s page'),
};

const retentionSchema = z
  .object({
    ...fields,
    audit: days('The trail of who did what; a setting of the installation'),
    files: z
      .number()
      .meta({ description: 'Files once they are on their page, in days; a setting of the installation.' }),
    own: z
      .array(z.string())
      .meta({ description: 'Which of these the portal says itself; the others are the installation’s.' }),
  })
  .meta({
    id: 'Retention',
    description: 'For how long what is kept. The pages in Bitrix24 are not touched by it.',
  });

const wish = z.strictObject(fields).partial();
const dayMs = 24 * 3_600_000;

/** For how long a portal's data are kept. */
export function createRetentionRoutes({ store, retention }: ApiContext): Endpoint[] {
  const answers = { 200: { description: 'What holds now.', schema: retentionSchema } };
  const show = ({ retention: own = {} }: PortalDoc): z.output<typeof retentionSchema> => ({
    ...toRetention(retention, own),
    files: Math.round((store.media.limits.keptForMs / dayMs) * 100) / 100,
    own: Object.keys(own),
  });
  return [
    endpoint('GET /portals/:portalId/retention', {
      role: 'admin',
      operationId: 'getRetention',
      tag: 'Privacy',
      summary: 'For how long what is kept',
      answers,
      handle: async ({ params }) => ok(show(orNotFound(await store.portals.load(params.portalId), 'portal'))),
    }),
    endpoint('PUT /portals/:portalId/retention', {
      role: 'admin',
      operationId: 'setRetention',
      tag: 'Privacy',
      summary: 'Say for how long what is kept; what is not given is as the installation says',
      body: wish,
      answers,
      async handle({ params, body }) {
        const own = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
        return ok(show(orNotFound(await store.portals.setRetention(params.portalId, own), 'portal')));
      },
    }),
  ];
}
