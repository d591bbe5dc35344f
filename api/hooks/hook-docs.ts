import { z } from 'zod';
import type { ZodOpenApiOperationObject } from 'zod-openapi';
import { hookAnswer } from './hook-payload';

const wahaHook: ZodOpenApiOperationObject = {
  operationId: 'receiveWahaWebhook',
  tags: ['Webhooks'],
  summary: 'Where WAHA delivers; signed with the account’s HMAC key (X-Webhook-Hmac, SHA-512)',
  security: [],
  requestParams: { path: z.object({ accountId: z.string() }) },
  requestBody: { content: { 'application/json': { schema: z.looseObject({ event: z.string() }) } } },
  responses: {
    200: { description: 'Stored.', content: { 'application/json': { schema: hookAnswer } } },
  },
};

const evolutionHook: ZodOpenApiOperationObject = {
  operationId: 'receiveEvolutionWebhook',
  tags: ['Webhooks'],
  summary:
    'Where Evolution delivers, also with the event’s name behind it; it carries the account’s key in the header X-Contact-Link-Secret',
  security: [],
  requestParams: { path: z.object({ accountId: z.string() }) },
  requestBody: { content: { 'application/json': { schema: z.looseObject({ event: z.string() }) } } },
  responses: {
    200: { description: 'Stored.', content: { 'application/json': { schema: hookAnswer } } },
  },
};

const metaPath = z.object({ accountId: z.string() });

const metaHandshake: ZodOpenApiOperationObject = {
  operationId: 'verifyMetaWebhook',
  tags: ['Webhooks'],
  summary: 'Where Meta asks whether the address is ours, with the account’s verify token',
  security: [],
  requestParams: {
    path: metaPath,
    query: z.object({
      'hub.mode': z.literal('subscribe'),
      'hub.verify_token': z.string(),
      'hub.challenge': z.string(),
    }),
  },
  responses: {
    200: { description: 'The challenge.', content: { 'text/plain': { schema: z.string() } } },
  },
};

const metaHook: ZodOpenApiOperationObject = {
  operationId: 'receiveMetaWebhook',
  tags: ['Webhooks'],
  summary: 'Where Meta delivers; signed with the app’s secret (X-Hub-Signature-256)',
  security: [],
  requestParams: { path: metaPath },
  requestBody: {
    content: {
      'application/json': {
        schema: z.looseObject({ object: z.string(), entry: z.array(z.looseObject({})) }),
      },
    },
  },
  responses: {
    200: { description: 'Stored.', content: { 'application/json': { schema: hookAnswer } } },
  },
};

/** The addresses that sources deliver to. */
export const hookDocs: Record<string, { get?: ZodOpenApiOperationObject; post: ZodOpenApiOperationObject }> =
  {
    '/hooks/waha/{accountId}': { post: wahaHook },
    '/hooks/evolution/{accountId}': { post: evolutionHook },
    '/hooks/meta/{accountId}': { get: metaHandshake, post: metaHook },
  };
