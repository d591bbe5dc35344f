import { z } from 'zod';
import { usualDaysAtConnect } from '../../domain/history';
import type { AccountDoc } from '../../store/accounts';
import type { ApiContext } from '../context';
import { endpoint, ok, type Endpoint } from '../http/endpoint';
import { timeField } from '../http/fields';
import { orNotFound, Problem } from '../http/problem';
import { hasHistory } from './begin-import';
import { daysField } from './how-far-back';

const tag = 'History';

const settingsSchema = z
  .object({
    daysAtConnect: z
      .union([daysField, z.literal(0)])
      .nullable()
      .meta({
        description: 'So many days are read when the number is connected; 0: nothing, null: all there is.',
      }),
    readUpTo: timeField.nullable().meta({
      description: 'Everything that the source has up to then was asked for; null: nothing was yet.',
    }),
    nextReadAt: timeField
      .nullable()
      .meta({ description: 'When it is asked next what may have been missed.' }),
  })
  .meta({ id: 'AccountHistory', description: 'How the past of a number is looked after.' });

const wish = z.strictObject({ daysAtConnect: settingsSchema.shape.daysAtConnect });

async function show({ store }: ApiContext, { _id, portalId }: AccountDoc) {
  const { daysAtConnect, readUpTo, nextReadAt } = await store.accountHistories.loadOrMake(
    _id,
    portalId,
    usualDaysAtConnect,
  );
  return ok({ daysAtConnect, readUpTo, nextReadAt });
}

async function load({ store }: ApiContext, accountId: string): Promise<AccountDoc> {
  const account = orNotFound(await store.accounts.load(accountId), 'account');
  if (!hasHistory(account)) throw new Problem('no_history');
  return account;
}

/** How far back a number is read when it is connected. */
export const createHistorySettingRoutes = (context: ApiContext): Endpoint[] => [
  endpoint('GET /accounts/:accountId/history', {
    role: 'admin',
    operationId: 'getAccountHistory',
    tag,
    summary: 'Show how the past of a number is looked after',
    answers: { 200: { description: 'The settings, and how far it is read.', schema: settingsSchema } },
    handle: async ({ params }) => show(context, await load(context, params.accountId)),
  }),
  endpoint('PUT /accounts/:accountId/history', {
    role: 'admin',
    operationId: 'setAccountHistory',
    tag,
    summary: 'Choose how far back a number is read when it is connected',
    body: wish,
    answers: { 200: { description: 'The settings.', schema: settingsSchema } },
    async handle({ params, body }) {
      const account = await load(context, params.accountId);
      await show(context, account);
      await context.store.accountHistories.setDays(account._id, body.daysAtConnect);
      return show(context, account);
    },
  }),
];
