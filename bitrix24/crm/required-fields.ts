import { z } from 'zod';
import type { Ask, AskOptions } from './ask';
import { AskAdminError, type RequiredField } from '../errors';

const optionSchema = z.object({ ID: z.coerce.string(), VALUE: z.coerce.string() });
const fieldSchema = z.object({
  type: z.string().catch(''),
  title: z.coerce.string().catch(''),
  upperName: z.string().optional(),
  isRequired: z.boolean().catch(false),
  isReadOnly: z.boolean().catch(false),
  items: z.array(optionSchema).optional().catch(undefined),
});
const fieldsSchema = z.object({ fields: z.record(z.string(), fieldSchema) });
type Field = z.infer<typeof fieldSchema>;

const maxOptions = 50;

/** Every name under which a person or the portal may speak of the field. */
const namesOf = (key: string, { title, upperName = '' }: Field): string[] => [key, title, upperName];

const toRequired = (key: string, { title, type, items = [] }: Field): RequiredField => ({
  name: key,
  title: title === '' ? key : title,
  type: type === '' ? null : type,
  options: items.slice(0, maxOptions).map(({ ID, VALUE }) => ({ id: ID, title: VALUE })),
});

/** Fields that the portal requires of a contact and the request did not fill, or that its refusal speaks of. */
async function fetchMissing(
  ask: Ask,
  filled: ReadonlySet<string>,
  mentioned: readonly RequiredField[],
  options: AskOptions,
): Promise<RequiredField[]> {
  const params = { entityTypeId: 3, useOriginalUfNames: 'Y' };
  const { result } = await ask('crm.item.fields', params, { ...options, lane: 'live' });
  const { fields } = fieldsSchema.parse(result);
  const titles = new Set(mentioned.map(({ title }) => title));
  const isMissing = ([key, field]: [string, Field]): boolean =>
    namesOf(key, field).some((name) => titles.has(name)) ||
    (field.isRequired && !field.isReadOnly && !filled.has(key));
  const known = Object.entries(fields).filter(isMissing);
  const named = new Set(known.flatMap(([key, field]) => namesOf(key, field)));
  return [
    ...known.map(([key, field]) => toRequired(key, field)),
    ...mentioned.filter(({ title }) => !named.has(title)),
  ];
}

/**
 * The refusal of a contact that lacks required fields, with the fields named. The portal's own refusal speaks of titles
 * only; when it cannot be asked for the names, the titles must do. Names are identifiers: the advice may hold them.
 */
export async function explainRequired(
  ask: Ask,
  error: AskAdminError,
  filled: ReadonlySet<string>,
  options: AskOptions = {},
): Promise<AskAdminError> {
  const requiredFields = await fetchMissing(ask, filled, error.requiredFields, options).catch(
    () => error.requiredFields,
  );
  const names = requiredFields.flatMap(({ name }) => name ?? []);
  const advice =
    names.length === 0
      ? error.advice
      : `Bitrix24 requires ${names.join(', ')} of a contact: give values, or make them optional in Bitrix24.`;
  const { code, method, scope } = error;
  return new AskAdminError({ code, method, scope, advice, requiredFields, cause: error });
}
