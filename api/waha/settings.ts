import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { WahaChange } from '../../store/sources/waha-access';
import { parseInput } from '../http/endpoint';
import { badField } from '../http/problem';

function isPlainAddress(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password, search, hash } = new URL(value);
  return /^https?:$/.test(protocol) && [username, password, search, hash].every((part) => part === '');
}

const address = z
  .string()
  .max(500)
  .refine(isPlainAddress, 'is no address that begins with http:// or https://, without a password')
  .transform((value) => value.replace(/\/+$/, ''));

const fields = {
  baseUrl: address,
  apiKey: z.string().min(1).max(512).nullable(),
  session: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'is no name of a WAHA session'),
  callbackUrl: address.nullable(),
  hmacKey: z.string('is needed').min(16, 'has at least 16 characters').max(512),
};

/** Settings of an account whose WAHA is set up by us, or only delivers with a key that was typed there. */
export const wahaSettings = z.strictObject(fields).partial();
export type WahaSettings = z.output<typeof wahaSettings>;

export const settingsField = z.record(z.string(), z.unknown()).optional().meta({
  description:
    'For `waha`: `baseUrl` of WAHA as we reach it, `apiKey`, `session` (`default` unless given), and `callbackUrl`, our address as WAHA reaches it, where that is not PUBLIC_URL. Or only `hmacKey`, at least 16 characters, for a WAHA whose webhook is set by hand. For `meta`: `appSecret`, `phoneNumberId` and `accessToken` as Meta’s dashboard shows them, `verifyToken` (made by us unless given), `apiVersion` (`v24.0` unless given), and `graphUrl` for another address than Meta’s own.',
});

export const newHmacKey = (): string => randomBytes(32).toString('base64url');

/** Checks `settings` by themselves, so that errors name `settings.<field>`. */
export const parseSettings = (settings: unknown): WahaSettings =>
  parseInput(z.strictObject({ settings: wahaSettings }), { settings: settings ?? {} }).settings;

/** The settings of a new account: one of both ways to connect. */
export function parseNewSettings(settings: unknown): WahaSettings {
  const given = parseSettings(settings);
  if (given.baseUrl === undefined && given.hmacKey === undefined) {
    throw badField('settings.hmacKey', 'is needed, or baseUrl, so that we set WAHA up ourselves');
  }
  return given;
}

/** What is changed of the way to WAHA; null when nothing is. */
export function toWahaChange({ baseUrl, apiKey, session, callbackUrl }: WahaSettings): WahaChange | null {
  const change = { baseUrl, apiKey, session, callbackUrl };
  return Object.values(change).some((value) => value !== undefined) ? change : null;
}
