import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { MetaChange } from '../../store/sources/meta-access';
import { parseInput } from '../http/endpoint';
import { badField } from '../http/problem';

function isAddress(value: string): boolean {
  const url = URL.parse(value);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.search === '';
}

const secret = (name: string, least: number) =>
  z
    .string('is needed')
    .regex(/^[\x21-\x7e]+$/, `is no ${name}: it has spaces or strange letters`)
    .min(least, `has at least ${least} characters`)
    .max(2_048);

const fields = {
  appSecret: secret('app secret', 16),
  verifyToken: secret('verify token', 8),
  phoneNumberId: z.string('is needed').regex(/^\d{5,30}$/, 'is digits, and not the phone number itself'),
  accessToken: secret('access token', 20),
  apiVersion: z.string().regex(/^v\d{1,3}\.\d{1,2}$/, 'is a version such as v24.0'),
  graphUrl: z
    .string()
    .max(500)
    .refine(isAddress, 'is no address that begins with http:// or https://')
    .transform((value) => value.replace(/\/+$/, ''))
    .nullable(),
};

/** Settings of a number at Meta's Cloud API. */
export const metaSettings = z.strictObject(fields).partial();
export type MetaSettings = z.output<typeof metaSettings>;

const newSettings = z.strictObject(fields).partial({ verifyToken: true, apiVersion: true, graphUrl: true });

/** Settings of a new account: all that Meta's dashboard shows. */
export const parseNewMetaSettings = (settings: unknown): z.output<typeof newSettings> =>
  parseInput(z.strictObject({ settings: newSettings }), { settings: settings ?? {} }).settings;

/** Settings that change; a token is not sent to another address than that it was given for. */
export function parseMetaSettings(settings: unknown): MetaSettings {
  const given = parseInput(z.strictObject({ settings: metaSettings }), { settings: settings ?? {} }).settings;
  if (given.graphUrl !== undefined && given.accessToken === undefined) {
    throw badField('settings.accessToken', 'is needed with another graphUrl');
  }
  return given;
}

export const newVerifyToken = (): string => randomBytes(24).toString('base64url');

/** What is changed of the way to Meta; null when nothing is. */
export function toMetaChange(settings: MetaSettings): MetaChange | null {
  const { phoneNumberId, apiVersion, graphUrl, accessToken, verifyToken } = settings;
  const change = { phoneNumberId, apiVersion, graphUrl, accessToken, verifyToken };
  return Object.values(change).some((value) => value !== undefined) ? change : null;
}
