import { z } from 'zod';
import type { AccountDoc, AccountKind } from '../../store/accounts';
import { timeField } from '../http/fields';
import { livenessSchema, toLiveness } from './liveness-card';
import { mayDo, type Role } from '../../domain/access';
import { metaHistorySchema } from './meta-history-card';
import { pick, toCard } from './to-card';

/** The sources that an account's messages may come from. */
const accountKinds = ['ingest', 'waha', 'meta', 'export', 'evolution'] as const satisfies AccountKind[];

export const kindField = z.enum(accountKinds);

/** Sources that deliver to an address of their own. */
const hookKinds: readonly AccountKind[] = ['waha', 'meta', 'evolution'];

const wahaSchema = z.object({
  baseUrl: z.string(),
  session: z.string(),
  callbackUrl: z.string().nullable(),
  hasApiKey: z.boolean(),
});

const evolutionSchema = z.object({
  baseUrl: z.string(),
  instance: z.string(),
  callbackUrl: z.string().nullable(),
});

const mismatchSchema = z.object({ code: z.enum(['wrong_session', 'wrong_number']), at: timeField });

function toWaha({ waha }: AccountDoc): z.output<typeof wahaSchema> | null {
  if (!waha) return null;
  const { baseUrl, session, callbackUrl, sealedApiKey } = waha;
  return { baseUrl, session, callbackUrl, hasApiKey: sealedApiKey !== null };
}

const metaSchema = z.object({
  phoneNumberId: z.string(),
  apiVersion: z.string(),
  graphUrl: z.string().nullable().meta({ description: 'Null: Meta’s own address.' }),
  hasAccessToken: z.boolean(),
  verifiedAt: timeField.nullable().meta({
    description: 'When Meta last asked with the verify token whether the address is ours; null: not yet.',
  }),
  otherNumberAt: timeField.nullable().meta({
    description: 'When a delivery last had something of a phone number id that no account here has.',
  }),
  history: metaHistorySchema.nullable().meta({ description: 'Null: it was not asked for yet.' }),
});

function toMeta({ meta }: AccountDoc): z.output<typeof metaSchema> | null {
  if (!meta) return null;
  const { history = null, sealedAccessToken } = meta;
  return pick(metaSchema, { ...meta, history, hasAccessToken: sealedAccessToken !== null });
}

function toEvolution({ evolution }: AccountDoc): z.output<typeof evolutionSchema> | null {
  if (!evolution) return null;
  const { baseUrl, instance, callbackUrl } = evolution;
  return { baseUrl, instance, callbackUrl };
}

/** What everybody may know of an account: its names and how it is. */
const nameSchema = z.object({
  id: z.string(),
  portalId: z.string(),
  kind: kindField,
  phone: z.string(),
  name: z.string(),
  sourceState: z.string().nullable().meta({ description: 'What the source said last of itself.' }),
  heartbeatAt: timeField.nullable(),
  lastEventAt: timeField.nullable(),
  liveness: livenessSchema.nullable().meta({ description: 'Null: nothing is known of the source yet.' }),
  createdAt: timeField,
});

/** An account without its secrets. */
export const accountSchema = nameSchema
  .extend({
    waha: wahaSchema.nullable().optional().meta({
      description: 'How WAHA is asked; null where it only delivers. Only for admins.',
    }),
    meta: metaSchema.nullable().optional().meta({
      description: 'How Meta’s Cloud API is asked; null for other kinds. Only for admins.',
    }),
    evolution: evolutionSchema.nullable().optional().meta({
      description: 'How the Evolution server is asked; null for other kinds. Only for admins.',
    }),
    mismatch: mismatchSchema.nullable().optional().meta({
      description:
        'A delivery that was refused: of another session or instance, or of another number. Only for admins.',
    }),
    webhookPath: z.string().nullable().optional().meta({
      description: 'Where the source sends its webhooks. Only for admins.',
    }),
    webhookUrl: z.string().nullable().optional().meta({
      description: 'The same with PUBLIC_URL, where that is set. Only for admins.',
    }),
  })
  .meta({ id: 'Account', description: 'One of our WhatsApp numbers and its source.' });

/** `publicUrl` makes the webhook's path an address. */
export function toAccount(account: AccountDoc, publicUrl: string | null): z.output<typeof accountSchema> {
  const webhookPath = hookKinds.includes(account.kind) ? `/hooks/${account.kind}/${account._id}` : null;
  const ours = account.waha?.callbackUrl ?? account.evolution?.callbackUrl ?? publicUrl;
  const webhookUrl = webhookPath !== null && ours !== null ? `${ours}${webhookPath}` : null;
  const liveness = toLiveness(account);
  const own = {
    phone: account.e164,
    webhookPath,
    webhookUrl,
    liveness,
    waha: toWaha(account),
    meta: toMeta(account),
    evolution: toEvolution(account),
  };
  return toCard(accountSchema, { ...account, mismatch: account.mismatch ?? null, ...own });
}

/** As far as somebody of this role may see it. */
export function toAccountFor(
  role: Role,
  account: AccountDoc,
  publicUrl: string | null,
): z.output<typeof accountSchema> {
  const whole = toAccount(account, publicUrl);
  return mayDo(role, 'admin') ? whole : pick(nameSchema, whole);
}
