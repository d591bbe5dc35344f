import { z } from 'zod';
import { usualQuietMs } from '../../domain/source/habit';
import type { LivenessSettings } from '../../domain/source/judge';
import { usualSettings } from '../../sources/judge-account';
import type { AccountDoc } from '../../store/accounts';
import { livenessSchema, sourceStateField, toLiveness } from '../cards/liveness-card';
import { toCard } from '../cards/to-card';
import type { ApiContext } from '../context';
import { endpoint, ok, type Endpoint } from '../http/endpoint';
import { timeField } from '../http/fields';
import { pageEndpoint } from '../http/paging';
import { orNotFound } from '../http/problem';
import { judgeNow } from './judge-now';

const minuteMs = 60_000;
const tag = 'Accounts';

const settingsSchema = z
  .strictObject({
    quietAfterMinutes: z.union([z.number().int().min(1).max(100_000), z.enum(['usual', 'never'])]).meta({
      description: 'A silence longer than this is told. `usual`: twice the number’s longest pause of late.',
    }),
    countNights: z
      .boolean()
      .meta({ description: 'Whether the hours from 22:00 to 07:00 count; they do not unless set.' }),
  })
  .meta({ id: 'LivenessSettings' });

const evidenceSchema = z.object({
  lastEventAt: timeField.nullable(),
  heartbeatAt: timeField.nullable(),
  sourceState: z.string().nullable().meta({ description: 'What the source said last of itself.' }),
  probe: z.object({ outcome: z.string(), since: timeField, at: timeField }).nullable(),
});

const detailSchema = z
  .object({
    liveness: livenessSchema.nullable(),
    evidence: evidenceSchema,
    usualQuietMinutes: z
      .number()
      .meta({ description: 'After how long a silence is unusual for this number.' }),
    settings: settingsSchema,
    changes: z
      .array(z.object({ state: sourceStateField, code: z.string(), at: timeField }))
      .meta({ description: 'The last fifty, the newest first.' }),
  })
  .meta({ id: 'LivenessDetail' });

export const gapSchema = z
  .object({
    id: z.string(),
    reason: z.string().meta({ description: 'What the source was meanwhile.' }),
    from: timeField.meta({ description: 'The last sign of life before.' }),
    to: timeField.nullable().meta({ description: 'Null while it lasts.' }),
    askedAt: timeField.nullable().meta({ description: 'When the source was asked for its history of it.' }),
    closedAt: timeField.nullable(),
    found: z.number().nullable().meta({ description: 'Messages that were new when it was closed.' }),
  })
  .meta({ id: 'Gap', description: 'A time of which messages may be missing, until it is closed.' });

function toSettings({ quietAfterMs, countNights }: LivenessSettings): z.output<typeof settingsSchema> {
  const quietAfterMinutes = typeof quietAfterMs === 'number' ? quietAfterMs / minuteMs : quietAfterMs;
  return { quietAfterMinutes, countNights };
}

function toDetail(account: AccountDoc): z.output<typeof detailSchema> {
  const { lastEventAt, heartbeatAt, sourceState, probe = null, livenessChanges = [] } = account;
  return {
    liveness: toLiveness(account),
    evidence: { lastEventAt, heartbeatAt, sourceState, probe },
    usualQuietMinutes: usualQuietMs(account.habit ?? { pauses: [] }) / minuteMs,
    settings: toSettings(account.livenessSettings ?? usualSettings),
    changes: [...livenessChanges].reverse(),
  };
}

/** How the source of an account is, by which evidence, and what may be missing. */
export function createLivenessRoutes(context: ApiContext): Endpoint[] {
  const { store, cursors } = context;
  const load = async (accountId: string) => orNotFound(await store.accounts.load(accountId), 'account');
  return [
    endpoint('GET /accounts/:accountId/liveness', {
      role: 'viewer',
      operationId: 'getLiveness',
      tag,
      summary: 'How the account’s source is, and by which evidence',
      answers: { 200: { description: 'State, evidence and settings.', schema: detailSchema } },
      handle: async ({ params }) => ok(toDetail(await load(params.accountId))),
    }),
    endpoint('PUT /accounts/:accountId/liveness', {
      role: 'admin',
      operationId: 'setLivenessSettings',
      tag,
      summary: 'Say when a silence of the source is an alarm',
      body: settingsSchema,
      answers: { 200: { description: 'State, evidence and settings.', schema: detailSchema } },
      async handle({ params, body: { quietAfterMinutes, countNights } }) {
        const { _id } = await load(params.accountId);
        const quietAfterMs =
          typeof quietAfterMinutes === 'number' ? quietAfterMinutes * minuteMs : quietAfterMinutes;
        await store.accounts.setLivenessSettings(_id, { quietAfterMs, countNights });
        await judgeNow(context, _id);
        return ok(toDetail(await load(_id)));
      },
    }),
    pageEndpoint(cursors, 'GET /accounts/:accountId/gaps', {
      role: 'viewer',
      operationId: 'listGaps',
      tag,
      summary: 'List the times of which messages may be missing, newest first',
      items: 'gaps',
      item: gapSchema,
      filter: {},
      read: async (_filter, page, { accountId = '' }) => store.gaps.list((await load(accountId))._id, page),
      show: (gaps) => gaps.map((gap) => toCard(gapSchema, gap)),
    }),
  ];
}
