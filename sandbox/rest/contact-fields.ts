import type { Contact } from '../data/records';
import type { PortalClock } from '../portal-clock';
import type { PortalSettings } from '../portal-options';
import { isMap, RestError, toText, type Params } from './method';

/** Contact = 3 among the portal's entity types. */
export const contactTypeId = 3;

/** The writable fields of a contact with the value of a card nobody filled in. */
export const emptyFields: Params = {
  name: '',
  secondName: '',
  lastName: '',
  honorific: null,
  post: '',
  address: null,
  birthdate: null,
  comments: '',
  typeId: 'CLIENT',
  sourceId: null,
  sourceDescription: '',
  companyId: null,
  leadId: null,
  opened: 'Y',
  export: 'Y',
  assignedById: 1,
  originatorId: null,
  originId: null,
  originVersion: null,
  utmSource: null,
  utmMedium: null,
  utmCampaign: null,
};

const isCustom = (name: string) => /^ufCrm\w*$/.test(name);
const readOnly = new Set([
  'id',
  'createdTime',
  'updatedTime',
  'createdBy',
  'updatedBy',
  'hasPhone',
  'hasEmail',
]);

/** Whether a filter or an order may name this field. `phone` and the like may not: the portal refuses them. */
export const isKnownField = (name: string) =>
  Object.hasOwn(emptyFields, name) || readOnly.has(name) || isCustom(name);

/** The writable fields among those given; others are ignored without an error. */
export function toWritableFields(given: Params): Params {
  const writable = Object.entries(given).filter(
    ([name]) => Object.hasOwn(emptyFields, name) || isCustom(name),
  );
  return Object.fromEntries(
    writable.map(([name, value]) => [name, name === 'assignedById' ? Number(value) || 1 : value]),
  );
}

/** `ufCrm_17` and `ufCrmBranch` as the portal's own pages call them: `UF_CRM_17`, `UF_CRM_BRANCH`. */
export function toOriginalName(name: string): string {
  return name.replace(/([A-Z])/g, '_$1').toUpperCase();
}

/** The other way round, as names of `fields` are read with `useOriginalUfNames`. */
function fromOriginalName(name: string): string {
  const [, rest] = /^UF_CRM_(\w+)$/.exec(name) ?? [];
  if (rest === undefined) return name;
  if (/^\d/.test(rest)) return `ufCrm_${rest.toLowerCase()}`;
  const words = rest.toLowerCase().split('_');
  return `ufCrm${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')}`;
}

/** Without `useOriginalUfNames` a field named in capitals is unknown, and ignored. */
export function readFieldNames(given: Params, useOriginalUfNames: unknown): Params {
  if (toText(useOriginalUfNames).toUpperCase() !== 'Y') return given;
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [fromOriginalName(name), value]));
}

const invalidValue = (name: string) =>
  new RestError(400, 'CRM_FIELD_ERROR_VALUE_NOT_VALID', `Invalid value of the field "${name}"`);

/** Refuses a source that is not in the portal's list, and a responsible whom it does not employ. */
export function checkListedFields(fields: Params, { sources, userIds }: PortalSettings): void {
  const sourceId = toText(fields['sourceId']);
  if (sourceId !== '' && !sources.some(([id]) => id === sourceId)) throw invalidValue('sourceId');
  const userId = Number(fields['assignedById']);
  if (userIds !== null && !userIds.includes(userId)) throw invalidValue('assignedById');
}

/** Refuses a contact without any name, and one that lacks what this portal requires. */
export function checkRequiredFields(
  fields: Params,
  required: readonly string[],
  setup: PortalSettings['contactFields'] = {},
): void {
  const isEmpty = (name: string) => toText(fields[name]).trim() === '' && !isMap(fields[name]);
  if (isEmpty('name') && isEmpty('lastName')) {
    throw new RestError(
      400,
      'CRM_FIELD_ERROR_REQUIRED',
      'Required fields are not filled: First name or Last name',
    );
  }
  const missing = required.filter(isEmpty);
  if (missing.length > 0) {
    const names = missing.map((name) => `"${setup[name]?.title ?? name}"`).join(', ');
    throw new RestError(400, 'CRM_FIELD_ERROR_REQUIRED', `Required fields are not filled: ${names}`);
  }
}

const toYesNo = (value: boolean) => (value ? 'Y' : 'N');

/** Contacts are replaced, never changed, so what one looks like can be kept beside it. */
const items = new WeakMap<Contact, { utcOffsetMinutes: number; item: Params }>();

/** A contact as `crm.item.*` shows it, without its multifields. Not to be changed. */
export function toItem(contact: Contact, clock: PortalClock): Params {
  const kept = items.get(contact);
  if (kept?.utcOffsetMinutes === clock.utcOffsetMinutes) return kept.item;
  const item = {
    id: contact.id,
    ...emptyFields,
    ...contact.fields,
    createdTime: clock.format(contact.createdAtMs),
    updatedTime: clock.format(contact.updatedAtMs),
    createdBy: 1,
    updatedBy: 1,
    hasPhone: toYesNo(contact.fm.some(({ typeId }) => typeId === 'PHONE')),
    hasEmail: toYesNo(contact.fm.some(({ typeId }) => typeId === 'EMAIL')),
    entityTypeId: contactTypeId,
  };
  items.set(contact, { utcOffsetMinutes: clock.utcOffsetMinutes, item });
  return item;
}

/** The item with its phones and e-mails, as `get`, `add` and a `select` of `*` show it. */
export const toFullItem = (contact: Contact, clock: PortalClock): Params => ({
  ...toItem(contact, clock),
  fm: contact.fm,
});
