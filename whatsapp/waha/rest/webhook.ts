import { labelEvents } from '../events/labels';
import type { SessionConfig, Webhook } from './shapes';

/** The webhook that we want in a session. */
export interface WantedHook {
  url: string;
  hmacKey: string;
  /** The account leaves out chats by their labels: their events are wanted, too. */
  withLabels?: boolean;
}

/**
 * Everything that changes what was said. `message.any` tells what `message` does, and what we write ourselves; receipts change
 * nothing here and are the most of all events.
 */
const usualEvents = [
  'session.status',
  'message.any',
  'message.reaction',
  'message.edited',
  'message.revoked',
  'message.waiting',
  'group.v2.join',
  'group.v2.leave',
  'group.v2.participants',
  'group.v2.update',
  'poll.vote',
  'event.response',
  'call.received',
  'call.accepted',
  'call.rejected',
];

const listEvents = ({ withLabels = false }: WantedHook): string[] => [
  ...usualEvents,
  ...(withLabels ? labelEvents : []),
];

/** Over two hours of tries: what gets lost in a longer absence is read from the history. */
const retries = { policy: 'exponential', delaySeconds: 2, attempts: 12 };

/** Ours is known by its end: the address before it may have changed. */
const isOurs = (path: string) => (hook: Webhook) => hook.url.endsWith(path);

const toWebhook = (wanted: WantedHook): Webhook => ({
  ...{ url: wanted.url, events: listEvents(wanted), hmac: { key: wanted.hmacKey }, retries },
});

/** The configuration without the webhooks that end with this path. */
export const withoutHook = (config: SessionConfig, path: string): SessionConfig => ({
  ...config,
  webhooks: (config.webhooks ?? []).filter((hook) => !isOurs(path)(hook)),
});

/** The configuration with our webhook once; those of others, and everything else, stay as they are. */
export const withHook = (config: SessionConfig, path: string, wanted: WantedHook): SessionConfig => ({
  ...config,
  webhooks: [...(withoutHook(config, path).webhooks ?? []), toWebhook(wanted)],
});

/** The difference between our webhook as it is in the session and as it should be. */
export type HookFault = 'missing' | 'address' | 'key' | 'events';

/** Null: it is as it should be. A key that WAHA does not show is believed. */
export function findHookFault(
  config: SessionConfig | null,
  path: string,
  wanted: WantedHook,
): HookFault | null {
  const { url, hmacKey } = wanted;
  const [ours, ...more] = (config?.webhooks ?? []).filter(isOurs(path));
  if (!ours) return 'missing';
  if (ours.url !== url || more.length > 0) return 'address';
  const key = ours.hmac?.key;
  if (!ours.hmac || (typeof key === 'string' && !/^\*+$/.test(key) && key !== hmacKey)) return 'key';
  const events = ours.events ?? [];
  return listEvents(wanted).every((event) => events.includes(event)) ? null : 'events';
}

/** A new session's: NOWEB must keep its messages from before the scan on, or it has no history. */
export const newConfig: SessionConfig = {
  webhooks: [],
  noweb: { store: { enabled: true, fullSync: true } },
};

/** Whether the session's engine keeps no history: NOWEB with its store off. */
export const lacksHistory = (engine: string | null, config: SessionConfig | null): boolean => {
  const { noweb } = (config ?? {}) as { noweb?: { store?: { enabled?: unknown } | null } | null };
  return engine === 'NOWEB' && noweb?.store?.enabled !== true;
};
