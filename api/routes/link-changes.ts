import { z } from 'zod';
import type { LinkDoc } from '../../store/links/link-schema';
import { operationSchema, toOperation } from '../cards/operation-card';
import { toWho } from '../cards/who-card';
import type { ApiContext } from '../context';
import { endpoint, ok, type Endpoint } from '../http/endpoint';
import { crmContactIdField } from '../http/fields';
import { orNotFound } from '../http/problem';
import { keepDoubted, requestChange } from '../links/changes';

const flag = z.enum(['true', 'false']).transform((value) => value === 'true');

const answers = {
  200: { description: 'It is so already: the operation that made it so.', schema: operationSchema },
  202: {
    description: 'Saved, or saved before by the same request; it is carried out by itself.',
    schema: operationSchema,
  },
  409: {
    description:
      '`change_under_way`, `link_unlinking`: something else is being done; `same_contact`, `link_unlinked`: it is so, but its entries went another way; `link_not_linked`.',
  },
};

/** Another contact for a link, and its end: how far they are is an operation. */
export function createLinkChangeRoutes(context: ApiContext): Endpoint[] {
  const { store } = context;
  const load = async (linkId: string): Promise<LinkDoc> => orNotFound(await store.links.load(linkId), 'link');
  return [
    endpoint('PUT /links/:linkId/contact', {
      role: 'agent',
      operationId: 'changeLinkContact',
      tag: 'Links',
      summary: 'Give a link another contact, or say of a link in doubt that its contact is the right one',
      body: z.strictObject({ crmContactId: crmContactIdField, entries: z.enum(['keep', 'move']) }),
      answers,
      async handle({ params, body, actor }) {
        const asked = { ...context, who: toWho(actor) };
        const link = await load(params.linkId);
        const wish = { ...body, remember: false };
        const isKept = link.state === 'linked' && link.crmContactId === body.crmContactId;
        if (isKept && link.doubt !== null && link.change === null) return keepDoubted(asked, link, wish);
        return requestChange(asked, link, 'changeContact', wish);
      },
    }),
    endpoint('DELETE /links/:linkId', {
      role: 'agent',
      operationId: 'endLink',
      tag: 'Links',
      summary: 'End a link',
      query: z.strictObject({
        entries: z.enum(['keep', 'remove']).optional().meta({ description: '`keep` unless given.' }),
        remember: flag.optional().meta({ description: '`true`: do not link this person again by itself.' }),
      }),
      answers,
      async handle({ params, actor, query: { entries = 'keep', remember = false } }) {
        const link = await load(params.linkId);
        const asked = { ...context, who: toWho(actor) };
        return requestChange(asked, link, 'unlink', { crmContactId: null, entries, remember });
      },
    }),
    endpoint('GET /operations/:operationId', {
      role: 'viewer',
      operationId: 'getOperation',
      tag: 'Links',
      summary: 'How far a change is',
      answers: { 200: { description: 'The operation.', schema: operationSchema } },
      handle: async ({ params }) =>
        ok(toOperation(orNotFound(await store.operations.load(params.operationId), 'operation'))),
    }),
  ];
}
