import { z } from 'zod';
import { listChatKeys, usualPolicy, type SourcePolicy } from '../../domain/source/policy';
import type { AccountDoc } from '../../store/accounts';
import type { ApiContext } from '../context';
import { endpoint, ok, type Endpoint } from '../http/endpoint';
import { orNotFound } from '../http/problem';

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
    onlyLinkedContacts: z.boolean(),
    media: z.object({ maxBytes: z.number().nullable(), types: z.array(z.string()) }),
    historyDays: z.number().nullable(),
    excluded: z.record(z.string(), z.number()).meta({
      description: 'How many messages came that were not wanted, by reason. None of them is stored.',
    }),
  })
  .meta({ id: 'SourcePolicy', description: 'What is wanted from an account; it is enforced here.' });

const toCard = ({ policy, excluded }: AccountDoc): z.output<typeof policySchema> => ({
  ...usualPolicy,
  ...policy,
  excluded: { ...excluded },
});

const isGiven = ([, value]: [string, unknown]): boolean => value !== undefined;

/** Which chats, files and times are wanted from an account. */
export function createPolicyRoutes({ store }: ApiContext): Endpoint[] {
  const load = async (accountId: string) => orNotFound(await store.accounts.load(accountId), 'account');
  const tag = 'Accounts';
  return [
    endpoint('GET /accounts/:accountId/policy', {
      operationId: 'getSourcePolicy',
      role: 'admin',
      tag,
      summary: 'Which chats, files and times are wanted from an account',
      answers: { 200: { description: 'The policy, and what was left out by it.', schema: policySchema } },
      handle: async ({ params }) => ok(toCard(await load(params.accountId))),
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
        await store.accounts.setPolicy(account._id, { ...usualPolicy, ...account.policy, ...changes });
        return ok(toCard(await load(account._id)));
      },
    }),
  ];
}
