import { z } from 'zod';
import { hasSameLabels, listHiddenLabels } from '../../domain/source/labels';
import { listChatKeys, usualPolicy, type SourcePolicy } from '../../domain/source/policy';
import type { AccountDoc } from '../../store/accounts';
import { waitsForLabels } from '../../store/sources/label-state';
import type { ApiContext } from '../context';
import { endpoint, ok, type Endpoint } from '../http/endpoint';
import { timeField } from '../http/fields';
import { orNotFound } from '../http/problem';
import { loadAccount } from '../connected/load-account';
import { checkLabels, followLabels } from '../waha/labels';
import { trySetUp } from '../waha/set-up';
import { takeHeldIn } from '../sources/held';

const chats = (description: string) =>
  z
    .array(
      z
        .string()
        .max(256)
        .refine((chat) => listChatKeys(chat) !== null, {
          error: 'is neither a number with its plus, nor the address of a person or a group',
        }),
    )
    .max(1_000)
    .optional()
    .meta({ description });

const fields = {
  syncGroups: z.boolean().optional().meta({ description: 'Whether messages of groups are wanted.' }),
  includeChats: chats('Only these chats: numbers (E.164), `…@lid`, `…@g.us`. Empty: all.'),
  excludeChats: chats('Never these chats, whatever else is said.'),
  excludeLabels: z.array(z.string().trim().min(1).max(100)).max(20).optional().meta({
    description:
      'Never chats that have one of these labels of WhatsApp Business, from when they have it. Messages wait until the labels were read. Only for WAHA that is asked, and for clients of ingest that say labels.',
  }),
  onlyLinkedContacts: z
    .boolean()
    .optional()
    .meta({ description: 'Of chats with one person only those of linked people; groups are not asked.' }),
  media: z
    .strictObject({
      maxBytes: z.number().int().positive().nullable(),
      types: z.array(z.string().regex(/^[a-z]+\/(?:\*|[a-z0-9.+-]+)$/, 'is no type such as image/*')).max(50),
    })
    .optional()
    .meta({ description: 'The largest file, and the types that are wanted; empty: all.' }),
  historyDays: z
    .number()
    .int()
    .min(0)
    .max(36_500)
    .nullable()
    .optional()
    .meta({ description: 'So many days before the account was added; null: from the beginning.' }),
};
const policyInput = z.strictObject(fields).meta({ id: 'SourcePolicyInput' });

const policySchema = z
  .object({
    syncGroups: z.boolean(),
    includeChats: z.array(z.string()),
    excludeChats: z.array(z.string()),
    excludeLabels: z.array(z.string()),
    onlyLinkedContacts: z.boolean(),
    media: z.object({ maxBytes: z.number().nullable(), types: z.array(z.string()) }),
    historyDays: z.number().nullable(),
    excluded: z.record(z.string(), z.number()).meta({
      description: 'How many messages came that were not wanted, by reason. None of them is stored.',
    }),
  })
  .extend({
    labels: z
      .object({
        readAt: timeField.nullable().meta({ description: 'When WAHA was asked for them last.' }),
        unreadSince: timeField
          .nullable()
          .meta({ description: 'Since when they are to be read: messages wait. Null: they are known.' }),
        waiting: z.number().meta({ description: 'How many messages wait for the labels of their chat.' }),
      })
      .nullable()
      .meta({ description: 'Null: no labels are excluded, and nothing waits.' }),
  })
  .meta({ id: 'SourcePolicy', description: 'What is wanted from an account; it is enforced here.' });

async function toLabels({ store }: ApiContext, account: AccountDoc) {
  const { _id, policy, labelsReadAt = null, labelsUnreadSince } = account;
  const waiting = await store.unreadable.countHeld(_id);
  if (listHiddenLabels(policy).length === 0 && waiting === 0) return null;
  const unreadSince = waitsForLabels(account) ? (labelsUnreadSince ?? null) : null;
  return { readAt: labelsReadAt, unreadSince, waiting };
}

async function toCard(context: ApiContext, account: AccountDoc): Promise<z.output<typeof policySchema>> {
  const { policy, excluded } = account;
  return {
    ...usualPolicy,
    ...policy,
    excludeLabels: policy?.excludeLabels ?? [],
    excluded: { ...excluded },
    labels: await toLabels(context, account),
  };
}

/**
 * The rule first, in one write with the note that its labels are to be read: a process that dies behind it leaves messages waiting, and the sweep reads
 * them. Without labels nothing waits any more.
 */
async function change(
  context: ApiContext,
  account: AccountDoc,
  changes: Partial<SourcePolicy>,
): Promise<void> {
  const { store } = context;
  const policy = { ...usualPolicy, ...account.policy, ...changes };
  const isSame = hasSameLabels(account.policy, policy);
  const hidden = listHiddenLabels(policy);
  if (!isSame) await checkLabels(context, account, policy.excludeLabels ?? []);
  await store.accounts.setPolicy(account._id, policy, !isSame && hidden.length > 0);
  if (isSame) return;
  if (hidden.length === 0) await store.labelledChats.removeOfAccount(account._id);
  const changed = await loadAccount(store, account._id);
  if (hidden.length === 0) await takeHeldIn(context, changed);
  else if (account.kind === 'waha') {
    await trySetUp(context, changed);
    await followLabels(context, changed);
  }
}

const isGiven = ([, value]: [string, unknown]): boolean => value !== undefined;

/** Which chats, files and times are wanted from an account. */
export function createPolicyRoutes(context: ApiContext): Endpoint[] {
  const { store } = context;
  const load = async (accountId: string) => orNotFound(await store.accounts.load(accountId), 'account');
  const tag = 'Accounts';
  return [
    endpoint('GET /accounts/:accountId/policy', {
      operationId: 'getSourcePolicy',
      role: 'admin',
      tag,
      summary: 'Which chats, files and times are wanted from an account',
      answers: { 200: { description: 'The policy, and what was left out by it.', schema: policySchema } },
      handle: async ({ params }) => ok(await toCard(context, await load(params.accountId))),
    }),
    endpoint('PUT /accounts/:accountId/policy', {
      operationId: 'setSourcePolicy',
      role: 'admin',
      tag,
      summary: 'Change what is wanted; fields that are not given stay. What is stored already stays, too',
      body: policyInput,
      answers: { 200: { description: 'The policy from now on.', schema: policySchema } },
      async handle({ params, body }) {
        const account = await load(params.accountId);
        const changes = Object.fromEntries(Object.entries(body).filter(isGiven)) as Partial<SourcePolicy>;
        await change(context, account, changes);
        return ok(await toCard(context, await load(account._id)));
      },
    }),
  ];
}
