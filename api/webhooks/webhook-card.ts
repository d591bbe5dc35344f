import { z } from 'zod';
import { webhookTypes } from '../../domain/webhooks/event';
import type { Store } from '../../store/store';
import { receiverStateOf, type ReceiverDoc } from '../../store/webhooks/receivers';
import { toCard } from '../cards/to-card';
import { timeField } from '../http/fields';

export const typeField = z.enum(webhookTypes);

export const webhookSchema = z
  .object({
    id: z.string(),
    portalId: z.string().nullable(),
    url: z.string(),
    events: z.array(typeField),
    details: z.boolean(),
    createdAt: timeField,
    lastSentAt: timeField.nullable(),
    state: z.enum(['working', 'failing', 'set-aside']).meta({
      description:
        '`failing`: nothing was taken since a failure; it is tried again by itself. `set-aside`: it failed for two days; nothing is sent until `POST /webhooks/{id}/start-again`.',
    }),
    failingSince: timeField.nullable(),
    setAsideAt: timeField.nullable(),
    failure: z
      .object({ at: timeField, reason: z.string() })
      .nullable()
      .meta({ description: 'The last failure, until something is taken again.' }),
    waiting: z.number(),
    givenUp: z.number().meta({ description: 'Events that were not taken in three days of tries.' }),
  })
  .meta({
    id: 'Webhook',
    description: 'A receiver of our events. Each request is signed: see docs/webhooks.md.',
  });

/** Shows a receiver with what waits for it; its secret is not shown. */
export const createShow =
  ({ receivers, notices }: Store) =>
  async (receiver: ReceiverDoc): Promise<z.output<typeof webhookSchema>> => {
    const { _id, types } = receiver;
    const [waiting, givenUp] = await Promise.all([
      notices.countOf(_id, 'waiting'),
      notices.countOf(_id, 'given-up'),
    ]);
    const { setAside = null, failingSince = null } = receiver;
    const standing = { state: receiverStateOf(receiver), failingSince, setAsideAt: setAside?.at ?? null };
    const url = receivers.urlOf(receiver);
    const events = types.filter((type) => type !== 'test');
    return toCard(webhookSchema, { ...receiver, ...standing, url, events, waiting, givenUp });
  };
