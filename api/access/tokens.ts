import { z } from 'zod';
import type { TokenDoc } from '../../store/access/tokens';
import type { ApiContext } from '../context';
import { toCard } from '../cards/to-card';
import { toWho, whoSchema } from '../cards/who-card';
import { endpoint, ok, type Endpoint } from '../http/endpoint';
import { nameField, timeField } from '../http/fields';
import { notFound } from '../http/problem';
import { roleField } from './me-card';

const tag = 'Access';

const tokenSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    role: roleField,
    createdBy: whoSchema,
    createdAt: timeField,
    lastUsedAt: timeField.nullable().meta({ description: 'Within a minute; null: never.' }),
  })
  .meta({ id: 'ApiToken', description: 'A token for the API. The text itself is shown once.' });

const toToken = (token: TokenDoc): z.output<typeof tokenSchema> => toCard(tokenSchema, token);

/** API tokens beside the administrator's. */
export const createTokenRoutes = ({ store, accessEnded }: ApiContext): Endpoint[] => [
  endpoint('GET /tokens', {
    role: 'admin',
    operationId: 'listTokens',
    tag,
    summary: 'List the API tokens',
    answers: { 200: { description: 'All tokens.', schema: z.object({ items: z.array(tokenSchema) }) } },
    handle: async () => ok({ items: (await store.tokens.list()).map(toToken) }),
  }),
  endpoint('POST /tokens', {
    role: 'admin',
    operationId: 'createToken',
    tag,
    summary: 'Make an API token with a name and a role',
    body: z.strictObject({ name: nameField, role: roleField }),
    answers: {
      201: {
        description: 'Made. `token` is shown this once.',
        schema: z.object({ apiToken: tokenSchema, token: z.string() }),
      },
    },
    async handle({ body, actor }) {
      const { doc, token } = await store.tokens.add({ ...body, createdBy: toWho(actor) });
      return { status: 201, body: { apiToken: toToken(doc), token } };
    },
  }),
  endpoint('DELETE /tokens/:tokenId', {
    role: 'admin',
    operationId: 'removeToken',
    tag,
    summary: 'Revoke a token: it opens nothing any more, at once',
    answers: { 204: { description: 'Revoked.' } },
    async handle({ params }) {
      if (!(await store.tokens.remove(params.tokenId))) throw notFound('No such token.');
      accessEnded.emit('ended');
      return { status: 204, body: null };
    },
  }),
];
