import { z } from 'zod';
import type { AccountDoc, AccountKind } from '../../store/accounts';
import { timeField } from '../http/fields';
import { livenessSchema, toLiveness } from './liveness-card';
import { mayDo, type Role } from '../../domain/access';
import { pick, toCard } from './to-card';

/** The sources that an account's messages may come from. */
const accountKinds = ['ingest', 'waha', 'meta', 'export', 'evolution'] as const satisfies AccountKind[];

const workingKinds = ['ingest', 'waha', 'export'] as const satisfies AccountKind[];

/** The kinds that come later are known, so that a request is refused with the reason; the description leaves them out. */
export const kindField = z.enum(accountKinds).meta({ override: { enum: [...workingKinds] } });

const wahaSchema = z.object({
  baseUrl: z.string(),
  session: z.string(),
  callbackUrl: z.string().nullable(),
  hasApiKey: z.boolean(),
});

const mismatchSchema = z.object({ code: z.enum(['wrong_session', 'wrong_number']), at: timeField });

function toWaha({ waha }: AccountDoc): z.output<typeof wahaSchema> | null {
  if (!waha) return null;
  const { baseUrl, session, callbackUrl, sealedApiKey } = waha;
  return { baseUrl, session, callbackUrl, hasApiKey: sealedApiKey !== null };
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
    mismatch: mismatchSchema.nullable().optional().meta({
      description: 'A delivery that was refused: of another session, or of another number. Only for admins.',
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
  const webhookPath = account.kind === 'waha' ? `/hooks/waha/${account._id}` : null;
  const ours = account.waha?.callbackUrl ?? publicUrl;
  const webhookUrl = webhookPath !== null && ours !== null ? `${ours}${webhookPath}` : null;
  const liveness = toLiveness(account);
  const own = { phone: account.e164, webhookPath, webhookUrl, liveness, waha: toWaha(account) };
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
