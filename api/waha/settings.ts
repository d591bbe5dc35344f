import { z } from 'zod';
import type { WahaChange } from '../../store/sources/waha-access';
import { addressField, apiKeyField } from '../connected/fields';
import { parseInput } from '../http/endpoint';
import { badField } from '../http/problem';

const fields = {
  baseUrl: addressField,
  apiKey: apiKeyField.nullable(),
  session: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'is no name of a WAHA session'),
  callbackUrl: addressField.nullable(),
  hmacKey: z.string('is needed').min(16, 'has at least 16 characters').max(512),
};

/** Settings of an account whose WAHA is set up by us, or only delivers with a key that was typed there. */
export const wahaSettings = z.strictObject(fields).partial();
export type WahaSettings = z.output<typeof wahaSettings>;

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
