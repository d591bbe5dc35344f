import { z } from 'zod';
import { isCountryCode } from '../../domain/phone';
import type { PortalDoc } from '../../store/portals';
import type { ApiContext } from '../context';
import { toCard } from '../cards/to-card';
import { endpoint, ok, type Endpoint } from '../http/endpoint';
import { attentionSchema } from '../cards/link-card';
import { orNotFound } from '../http/problem';

const createMissing = z.enum(['never', 'whenTheyWriteFirst', 'always']).meta({
  description: 'When a contact is made for somebody whose number no contact has.',
});
const autoLink = z
  .boolean()
  .meta({ description: 'Chats link themselves to the one contact with the number.' });

const portalSchema = z
  .object({
    id: z.string(),
    host: z.string(),
    defaultCountry: z.string().nullable(),
    timeZone: z.string(),
    autoLink,
    createMissing,
    attention: attentionSchema,
  })
  .meta({ id: 'Portal' });

const policies = z.strictObject({
  autoLink: autoLink.optional(),
  createMissing: createMissing.optional(),
  defaultCountry: z.string().refine(isCountryCode, 'is no ISO 3166-1 country').nullable().optional(),
});

const toPortal = (portal: PortalDoc): z.output<typeof portalSchema> => toCard(portalSchema, portal);

/** Leaves out what was not given: `undefined` would overwrite. */
const given = <T extends object>(fields: T) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>;
  };

/** The portals, how they are, and what is done about people nobody has linked. */
export const createPortalRoutes = ({ store }: ApiContext): Endpoint[] => [
  endpoint('GET /portals', {
    tag: 'Bitrix24',
    summary: 'List the portals',
    answers: { 200: { description: 'All portals.', schema: z.object({ items: z.array(portalSchema) }) } },
    handle: async () => ok({ items: (await store.portals.list()).map(toPortal) }),
  }),
  endpoint('PUT /portals/:portalId/policies', {
    tag: 'Bitrix24',
    summary: 'Change how people are linked by themselves',
    body: policies,
    answers: { 200: { description: 'The portal.', schema: portalSchema } },
    async handle({ params, body }) {
      const portal = await store.portals.setPolicies(params.portalId, given(body));
      return ok(toPortal(orNotFound(portal, 'portal')));
    },
  }),
];
