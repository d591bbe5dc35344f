import { timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { EvolutionAsking } from './asking';

/** The webhook that we want of an instance. */
export interface WantedHook {
  url: string;
  secret: string;
}

/** Evolution signs nothing: our secret comes back to us in a header that we had it add. */
export const secretHeader = 'x-contact-link-secret';

/** Whether the header is one of the secrets; each is compared in the same time, whatever it has in common. */
export function findSecret(given: string | undefined, secrets: readonly string[]): number {
  const bytes = Buffer.from(given ?? '');
  return secrets.findIndex((secret) => {
    const expected = Buffer.from(secret);
    return expected.length > 0 && bytes.length === expected.length && timingSafeEqual(bytes, expected);
  });
}

/**
 * Everything that changes what was said. Receipts (`MESSAGES_UPDATE`) change nothing here and are the most of all events; the history
 * (`MESSAGES_SET`) is read page by page, at our pace.
 */
export const wantedEvents = [
  'MESSAGES_UPSERT',
  'MESSAGES_EDITED',
  'MESSAGES_DELETE',
  'SEND_MESSAGE',
  'SEND_MESSAGE_UPDATE',
  'GROUPS_UPSERT',
  'GROUP_UPDATE',
  'GROUP_PARTICIPANTS_UPDATE',
  'CONNECTION_UPDATE',
  'LOGOUT_INSTANCE',
  'CALL',
];

const hookShape = z.looseObject({
  enabled: z.boolean().nullish().catch(null),
  url: z.string().nullish().catch(null),
  headers: z.record(z.string(), z.unknown()).nullish().catch(null),
  events: z.array(z.unknown()).nullish().catch(null),
  webhookBase64: z.boolean().nullish().catch(null),
});
export type EvolutionHook = z.output<typeof hookShape>;

export interface EvolutionHooks {
  /** The one webhook that an instance has; null: none. */
  findHook(): Promise<EvolutionHook | null>;
  setHook(wanted: WantedHook): Promise<void>;
  /** Switches the webhook off. */
  endHook(url: string): Promise<void>;
}

export function createHooks({ instance, askIfThere, askBytes }: EvolutionAsking): EvolutionHooks {
  const set = async (webhook: object) => {
    const path = `/webhook/set/${instance}`;
    await askBytes({ method: 'POST', path, call: 'webhook/set', body: { webhook } });
  };
  return {
    findHook: () =>
      askIfThere(hookShape.nullable(), {
        ...{ method: 'GET', path: `/webhook/find/${instance}`, call: 'webhook/find' },
      }),
    setHook: ({ url, secret }) =>
      set({
        ...{ enabled: true, url, headers: { [secretHeader]: secret }, byEvents: false, base64: false },
        events: wantedEvents,
      }),
    endHook: (url) => set({ enabled: false, url, headers: {}, byEvents: false, base64: false, events: [] }),
  };
}

const isOn = (hook: EvolutionHook | null): hook is EvolutionHook & { url: string } =>
  Boolean(hook?.enabled && hook.url);

/** Whether the webhook is another's: an instance has only one, so that ours would end it. */
export const isForeign = (hook: EvolutionHook | null, path: string): boolean =>
  isOn(hook) && !hook.url.endsWith(path);

/** The difference between the webhook as it is and as it should be. */
export type HookFault = 'missing' | 'foreign' | 'address' | 'key' | 'events' | 'files';

/** Null: it is as it should be. A secret that the server does not show is believed. */
export function findHookFault(
  hook: EvolutionHook | null,
  path: string,
  { url, secret }: WantedHook,
): HookFault | null {
  if (!isOn(hook)) return 'missing';
  if (isForeign(hook, path)) return 'foreign';
  if (hook.url !== url) return 'address';
  const header = Object.entries(hook.headers ?? {}).find(([name]) => name.toLowerCase() === secretHeader);
  if (hook.headers && header?.[1] !== secret) return 'key';
  if (!wantedEvents.every((event) => hook.events?.includes(event))) return 'events';
  return hook.webhookBase64 === true ? 'files' : null;
}
