import { z } from 'zod';
import { attentionSchema } from '../cards/link-card';
import { livenessSchema } from '../cards/liveness-card';
import { outageSchema } from '../cards/portal-card';
import { timeField } from '../http/fields';

const share = z.number().meta({ description: '0 to 1 of what may be used.' });

const sourceSchema = z.object({
  id: z.string(),
  kind: z.string(),
  name: z.string(),
  phone: z.string(),
  liveness: livenessSchema.nullable(),
  lastEventAt: timeField.nullable(),
  unreadable: z
    .number()
    .meta({ description: 'What it sent and could not be read, counted up to 1,000: `GET /unreadable`.' }),
});

const hourSchema = z.object({
  at: timeField.meta({ description: 'The beginning of the hour.' }),
  messages: z.number(),
  p50Ms: z.number().nullable(),
  p99Ms: z.number().nullable(),
});

/** One portal at a glance. */
export const portalOverviewSchema = z
  .object({
    portalId: z.string(),
    host: z.string(),
    origin: z
      .string()
      .nullable()
      .meta({ description: 'Where its own pages are: `<origin>/crm/contact/details/<id>/`.' }),
    attention: attentionSchema,
    outage: outageSchema,
    links: z.object({
      pending: z.number(),
      linked: z.number(),
      paused: z.number().meta({ description: 'Of the linked ones.' }),
      parked: z.number().meta({ description: 'Of the linked ones: quiet for long, woken by a message.' }),
      unlinking: z.number(),
      unlinked: z.number(),
    }),
    needAttention: z.array(z.object({ code: z.string(), links: z.number() })),
    openReviews: z.number(),
    reviews: z
      .object({ ambiguous: z.number(), unmatched: z.number(), conflict: z.number() })
      .meta({ description: 'The open ones by their kind.' }),
    waitingMessages: z.number(),
    waitingInGroups: z.number().meta({
      description: 'Of these, what was said in groups: `GET /groups` counts it by group.',
    }),
    oldestWaitingSince: timeField
      .nullable()
      .meta({ description: 'Since when the longest waiting live message waits.' }),
    lastRoundAt: timeField.nullable(),
    sources: z.array(sourceSchema),
    budget: z
      .object({
        requests: share,
        methodTime: z.object({ method: z.string(), share }).nullable(),
      })
      .nullable()
      .meta({ description: 'Null: nothing was sent to the portal yet.' }),
    backedUp: z
      .object({
        messages: z.number(),
        p50Ms: z.number().nullable(),
        p99Ms: z.number().nullable(),
        hours: z.array(hourSchema),
      })
      .meta({
        description:
          'The last 24 hours, oldest first. `p50Ms`, `p99Ms`: how long the newest message of a live comment took from being written to its page, within a fifth.',
      }),
  })
  .meta({ id: 'PortalOverview' });

export type PortalOverview = z.output<typeof portalOverviewSchema>;
