import { z } from 'zod';
import { webhookTypes } from '../../domain/webhooks/event';
import { noticePlace } from '../../store/webhooks/notices';
import { createAddressRule } from '../../webhooks/address';
import { toCard } from '../cards/to-card';
import { createShow, typeField, webhookSchema } from './webhook-card';
import type { ApiContext } from '../context';
import { endpoint, ok, type Endpoint } from '../http/endpoint';
import { idField, timeField } from '../http/fields';
import { pageEndpoint } from '../http/paging';
import { badField, orNotFound } from '../http/problem';

/** An address without credentials: they would stand in every proxy's log. */
const urlField = z
  .url({ protocol: /^https?$/, error: 'is no address that begins with https:// or http://' })
  .max(2_000)
  .refine((url) => URL.canParse(url) && new URL(url).username === '' && new URL(url).hash === '', {
    error: 'holds credentials or a fragment',
  });

const newWebhook = z.strictObject({
  url: urlField.meta({
    description:
      'Where events are sent by POST: by https, unless the variable WEBHOOK_PRIVATE_HOSTS names its host. Redirects are not followed.',
  }),
  events: z.array(typeField).min(1).optional().meta({ description: 'All unless given.' }),
  details: z
    .boolean()
    .optional()
    .meta({ description: 'Whether names and numbers are sent, too; only ids unless set.' }),
  portalId: idField.optional().meta({ description: 'Only events of this portal.' }),
});

const noticeSchema = z
  .object({
    id: z.string().meta({ description: 'Sent as `webhook-id`: the same with every try.' }),
    type: z.string(),
    at: timeField,
    state: z.enum(['waiting', 'sent', 'given-up']),
    tries: z.number(),
    nextAt: timeField,
    lastReason: z.string().nullable(),
    sentAt: timeField.nullable(),
  })
  .meta({ id: 'WebhookDelivery' });

const tag = 'Webhooks';

/** Who gets our events. The secret is shown once, when a receiver is added. */
export function createWebhookRoutes({ store, webhookHosts = [] }: ApiContext): Endpoint[] {
  const { receivers, notices, portals } = store;
  const show = createShow(store);
  const rule = createAddressRule(webhookHosts);
  const load = async (id: string) => orNotFound(await receivers.load(id), 'webhook');
  return [
    endpoint('GET /webhooks', {
      operationId: 'listWebhooks',
      role: 'admin',
      tag,
      summary: 'List who gets our events',
      answers: {
        200: { description: 'All receivers.', schema: z.object({ items: z.array(webhookSchema) }) },
      },
      handle: async () => ok({ items: await Promise.all((await receivers.list()).map(show)) }),
    }),
    endpoint('POST /webhooks', {
      operationId: 'addWebhook',
      role: 'admin',
      tag,
      summary: 'Send our events to an address from now on',
      body: newWebhook,
      answers: {
        201: {
          description: 'Added. The secret is shown this once.',
          schema: z.object({ webhook: webhookSchema, secret: z.string() }),
        },
      },
      async handle({ body: { url, events = [...webhookTypes], details = false, portalId = null } }) {
        const fault = rule.refuse(new URL(url));
        if (fault !== null) throw badField('url', fault);
        if (portalId !== null && !(await portals.load(portalId))) throw badField('portalId', 'is no portal');
        const types = [...new Set(events)];
        const { receiver, secret } = await receivers.add({ url, types, details, portalId });
        return { status: 201, body: { webhook: await show(receiver), secret } };
      },
    }),
    endpoint('DELETE /webhooks/:webhookId', {
      operationId: 'removeWebhook',
      role: 'admin',
      tag,
      summary: 'Send nothing to it any more; what waits is forgotten',
      answers: { 204: { description: 'Removed.' } },
      async handle({ params }) {
        const { _id } = await load(params.webhookId);
        await receivers.remove(_id);
        await notices.removeOf(_id);
        return { status: 204, body: undefined };
      },
    }),
  ];
}

/** What became of the events for a receiver. */
export function createWebhookDeliveryRoutes({ store, cursors }: ApiContext): Endpoint[] {
  const { receivers, notices } = store;
  const show = createShow(store);
  const load = async (id: string) => orNotFound(await receivers.load(id), 'webhook');
  return [
    endpoint('POST /webhooks/:webhookId/test', {
      operationId: 'testWebhook',
      role: 'admin',
      tag,
      summary: 'Send an event of the type `test`',
      answers: { 202: { description: 'It is sent within seconds; see the deliveries.' } },
      async handle({ params }) {
        const { _id, portalId } = await load(params.webhookId);
        const at = new Date();
        const key = `test/${at.getTime()}`;
        await notices.add(_id, [{ key, type: 'test', portalId: portalId ?? 'all', at, data: {} }]);
        return { status: 202, body: {} };
      },
    }),
    endpoint('POST /webhooks/:webhookId/start-again', {
      operationId: 'startWebhookAgain',
      role: 'admin',
      tag,
      summary: 'Send again to a receiver that was set aside, or whose next try would be later',
      body: z.strictObject({
        waiting: z.enum(['send', 'drop']).optional().meta({
          description:
            'What happened meanwhile: `send` (unless given): the last seven days, in the order in which it happened; `drop`: nothing of before now.',
        }),
      }),
      answers: { 200: { description: 'It works again.', schema: webhookSchema } },
      /** The receiver comes last: a process that dies before leaves it set aside, and the call can be made again. */
      async handle({ params, body: { waiting = 'send' } }) {
        const { _id } = await load(params.webhookId);
        if (waiting === 'drop') {
          await receivers.tellFrom(_id, new Date());
          await notices.removeOf(_id, 'waiting');
        } else await notices.startAgain(_id);
        await receivers.startAgain(_id);
        return ok(await show(await load(_id)));
      },
    }),
    pageEndpoint(cursors, 'GET /webhooks/:webhookId/deliveries', {
      operationId: 'listWebhookDeliveries',
      role: 'admin',
      tag,
      summary: 'List the events for a receiver and what became of them, newest first',
      items: 'webhook deliveries',
      item: noticeSchema,
      filter: {},
      keyOf: noticePlace,
      read: async (_filter, page, { webhookId = '' }) => notices.list((await load(webhookId))._id, page),
      show: (found) => found.map((notice) => toCard(noticeSchema, notice)),
    }),
  ];
}
