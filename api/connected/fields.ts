import { randomBytes } from 'node:crypto';
import { z } from 'zod';

function isPlainAddress(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password, search, hash } = new URL(value);
  return /^https?:$/.test(protocol) && [username, password, search, hash].every((part) => part === '');
}

/** The address of a server, without a slash at its end. */
export const addressField = z
  .string()
  .max(500)
  .refine(isPlainAddress, 'is no address that begins with http:// or https://, without a password')
  .transform((value) => value.replace(/\/+$/, ''));

export const apiKeyField = z.string().min(1).max(512);

export const newHmacKey = (): string => randomBytes(32).toString('base64url');

export const settingsField = z.record(z.string(), z.unknown()).optional().meta({
  description:
    'For `waha`: `baseUrl` of WAHA as we reach it, `apiKey`, `session` (`default` unless given), and `callbackUrl`, our address as WAHA reaches it, where that is not PUBLIC_URL. Or only `hmacKey`, at least 16 characters, for a WAHA whose webhook is set by hand. For `meta`: `appSecret`, `phoneNumberId` and `accessToken` as Meta’s dashboard shows them, `verifyToken` (made by us unless given), `apiVersion` (`v24.0` unless given), and `graphUrl` for another address than Meta’s own. For `evolution`: `baseUrl` of the server as we reach it, `apiKey` of the server or of the instance, `instance`, and `callbackUrl`.',
});
