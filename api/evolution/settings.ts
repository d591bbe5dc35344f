import { z } from 'zod';
import { addressField, apiKeyField } from '../connected/fields';
import { parseInput } from '../http/endpoint';

const fields = {
  baseUrl: addressField,
  apiKey: apiKeyField,
  instance: z.string().regex(/^[\p{L}\p{N} ._-]{1,100}$/u, 'is no name of an Evolution instance'),
  callbackUrl: addressField.nullable(),
};

/** Settings of an account whose Evolution server is set up by us. */
export const evolutionSettings = z.strictObject(fields).partial();
export type EvolutionSettings = z.output<typeof evolutionSettings>;

const newSettings = z.strictObject({ ...fields, callbackUrl: fields.callbackUrl.optional() });

/** Both check `settings` by themselves, so that errors name `settings.<field>`. */
export const parseSettings = (settings: unknown): EvolutionSettings =>
  parseInput(z.strictObject({ settings: evolutionSettings }), { settings: settings ?? {} }).settings;

export const parseNewEvolutionSettings = (settings: unknown): EvolutionSettings =>
  parseInput(z.strictObject({ settings: newSettings }), { settings: settings ?? {} }).settings;
