import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import type { Endpoint } from './http/endpoint';
import { keyHeader, takesKey } from './idempotency/idempotent';
import { problemCodes, type ProblemCode } from './http/problem-codes';
import { uploadDoc } from './media/upload';
import { eventsDoc } from './routes/events';
import { hookDocs } from './hooks/hook-docs';

const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    code: z.enum(Object.keys(problemCodes) as [ProblemCode, ...ProblemCode[]]),
    detail: z.string().optional(),
    errors: z
      .array(
        z.object({
          field: z.string(),
          message: z.string(),
          title: z.string().optional().meta({ description: 'What people call the field in Bitrix24.' }),
          choices: z
            .array(z.object({ value: z.string(), title: z.string() }))
            .optional()
            .meta({ description: 'The values that the field takes, where they are a list.' }),
        }),
      )
      .optional(),
    counts: z
      .record(z.string(), z.number())
      .optional()
      .meta({ description: 'How much would be affected, where the request must be confirmed.' }),
    linkId: z
      .string()
      .optional()
      .meta({ description: 'The link on which the request is saved all the same.' }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457; `code` is stable.' });

const problemAnswer = {
  description: 'Anything else is a problem with a stable `code`.',
  content: { 'application/problem+json': { schema: problemSchema } },
};

const refusal = (description: string) => ({ ...problemAnswer, description });
const tokenRefusals = {
  401: refusal('The token is missing or not valid, or the session is over.'),
  403: refusal('The token is for other calls, or the role is too low.'),
};
const signatureRefusals = { 401: refusal('The signature is missing or wrong.') };
const rateRefusals = { 429: refusal('Too many requests; `Retry-After` says when to come back.') };

/** Refusals before an operation begins are the same for all: described here, once. */
function withRefusals(operation: ZodOpenApiOperationObject): ZodOpenApiOperationObject {
  const needsToken = (operation.security ?? []).length > 0;
  const isSigned = operation.tags?.includes('Webhooks') ?? false;
  const refusals = {
    ...(needsToken ? tokenRefusals : isSigned ? signatureRefusals : {}),
    ...rateRefusals,
  };
  return { ...operation, responses: { default: problemAnswer, ...refusals, ...operation.responses } };
}

const withAllRefusals = (docs: typeof hookDocs): ZodOpenApiPathsObject =>
  Object.fromEntries(
    Object.entries(docs).map(([path, operations]) => [
      path,
      Object.fromEntries(
        Object.entries(operations).map(([method, operation]) => [method, withRefusals(operation)]),
      ),
    ]),
  );

const toPath = (path: string): string => `/api/v1${path.replaceAll(/:(\w+)/g, '{$1}')}`;

const keyParam = z.object({
  [keyHeader]: z.string().max(200).optional().meta({
    description:
      'A value of your own for this one request, such as a UUID: sent again with it within a day, it is answered as before (`Idempotent-Replayed: true`) and not done twice.',
  }),
});

function toParams(endpoint: Endpoint): NonNullable<ZodOpenApiOperationObject['requestParams']> {
  const { path, query } = endpoint;
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '');
  const fields = Object.fromEntries(names.map((name) => [name, z.string().regex(/^[0-9a-f]{24}$/)]));
  return {
    ...(names.length > 0 ? { path: z.object(fields) } : {}),
    ...(query instanceof z.ZodObject ? { query } : {}),
    ...(takesKey(endpoint) ? { header: keyParam } : {}),
  };
}

const securityOf: Record<Endpoint['auth'], Record<string, string[]>[]> = {
  role: [{ token: [] }, { session: [] }],
  account: [{ account: [] }],
  none: [],
};

function toOperation(endpoint: Endpoint): ZodOpenApiOperationObject {
  const { operationId, tag, summary, auth, role, body, takesBytes, readers, answers } = endpoint;
  const fileBody = { content: { '*/*': { schema: z.string().meta({ format: 'binary' }) } } };
  const table = readers ? { 'text/csv': { schema: z.string() } } : {};
  const documented: ZodOpenApiOperationObject['responses'] = {};
  for (const [status, { description, schema, csv, bytes }] of Object.entries(answers)) {
    const csvToo = csv ? { 'text/csv': { schema: z.string() } } : {};
    const success = bytes
      ? fileBody
      : schema
        ? { content: { 'application/json': { schema }, ...csvToo } }
        : {};
    const { content } = problemAnswer;
    documented[status as `${1 | 2 | 3 | 4 | 5}${string}`] = {
      description,
      ...(Number(status) >= 400 ? { content } : success),
    };
  }
  return {
    operationId,
    tags: [tag],
    summary,
    security: securityOf[auth],
    ...(role === null ? {} : { 'x-role': role }),
    requestParams: toParams(endpoint),
    ...(takesBytes ? { requestBody: { required: true, ...fileBody } } : {}),
    ...(body
      ? { requestBody: { required: true, content: { 'application/json': { schema: body }, ...table } } }
      : {}),
    responses: documented,
  };
}

/** The API's description, made from the very schemas that check the requests. */
export function createOpenApi(endpoints: readonly Endpoint[], publicUrl: string | null): object {
  const paths: ZodOpenApiPathsObject = {
    ...withAllRefusals(hookDocs),
    '/api/v1/ingest/media/{mediaId}': { put: withRefusals(uploadDoc) },
    '/api/v1/events': { get: withRefusals(eventsDoc) },
  };
  for (const endpoint of endpoints) {
    const path = toPath(endpoint.path);
    paths[path] = { ...paths[path], [endpoint.method]: withRefusals(toOperation(endpoint)) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Contact Link',
      version: '1',
      description: 'Links WhatsApp chats with Bitrix24 contacts and backs them up to the contact’s page.',
    },
    servers: [{ url: publicUrl ?? '/' }],
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: 'The administrator’s token, or an API token with a role.',
        },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'contact_link_…',
          description:
            'The cookie of a log-in. What is not a GET needs the header `X-Contact-Link: 1` with it.',
        },
        account: { type: 'http', scheme: 'bearer', description: 'The ingest token of an account.' },
      },
    },
    paths,
  });
}
