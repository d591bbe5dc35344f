import { z } from 'zod';
import type { AccountDoc, AccountKind } from '../../store/accounts';
import { time, toIso } from './link-card';

/** Where an account's messages may come from. */
export const accountKinds = [
  'ingest',
  'waha',
  'meta',
  'export',
  'evolution',
] as const satisfies AccountKind[];

/** An account without its secrets. */
export const accountSchema = z
  .object({
    id: z.string(),
    portalId: z.string(),
    kind: z.enum(accountKinds),
    phone: z.string(),
    name: z.string(),
    sourceState: z.string().nullable().meta({ description: 'What the source said last of itself.' }),
    heartbeatAt: time,
    lastEventAt: time,
    createdAt: z.iso.datetime(),
    webhookPath: z.string().nullable().meta({ description: 'Where the source sends its webhooks.' }),
    webhookUrl: z.string().nullable().meta({ description: 'The same with PUBLIC_URL, where that is set.' }),
  })
  .meta({ id: 'Account', description: 'One of our WhatsApp numbers and its source.' });

/** `publicUrl` makes the webhook's path an address. */
export function toAccount(account: AccountDoc, publicUrl: string | null): z.output<typeof accountSchema> {
  const { _id, portalId, kind, e164, name, sourceState } = account;
  const webhookPath = kind === 'waha' ? `/hooks/waha/${_id}` : null;
  return {
    ...{ id: _id, portalId, kind, phone: e164, name, sourceState },
    heartbeatAt: toIso(account.heartbeatAt),
    lastEventAt: toIso(account.lastEventAt),
    createdAt: account.createdAt.toISOString(),
    webhookPath,
    webhookUrl: webhookPath !== null && publicUrl !== null ? `${publicUrl}${webhookPath}` : null,
  };
}
