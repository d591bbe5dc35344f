import { deleteContact } from '../data/contact-moves';
import type { Contact } from '../data/records';
import { companyTypeId, listCompanies } from './company-methods';
import {
  checkListedFields,
  checkRequiredFields,
  contactTypeId,
  emptyFields,
  readFieldNames,
  toFullItem,
  toItem,
  toWritableFields,
} from './contact-fields';
import { compareContacts, toContactTest } from './contact-filter';
import * as rest from './method';
import type { Method, MethodContext, Params } from './method';
import { writeMultifields } from './multifields';

const { isMap, RestError, toId, toList, toText } = rest;

function checkEntityType(params: Params): void {
  if (params['entityTypeId'] === undefined) throw rest.missingParameter('entityTypeId');
  if (toId(params['entityTypeId']) !== contactTypeId) {
    throw new RestError(400, 'NOT_FOUND', 'The entity type is not available on this portal');
  }
}

/** The webhook's user has no right to see it. The list leaves it out; the search by phone names it all the same. */
const isHidden = ({ id }: Contact, { hiddenContacts }: MethodContext['settings']): boolean =>
  hiddenContacts.includes(id);

function findItem(params: Params, { data, settings }: MethodContext): Contact {
  checkEntityType(params);
  if (params['id'] === undefined) throw rest.missingParameter('id');
  const contact = data.contacts.get(toId(params['id']));
  if (contact === undefined) throw new RestError(400, 'NOT_FOUND', 'Item not found');
  if (isHidden(contact, settings)) throw new RestError(400, 'ACCESS_DENIED', 'Access denied.');
  return contact;
}

function toFields(params: Params): Params {
  if (!isMap(params['fields'])) throw rest.missingParameter('fields');
  return params['fields'];
}

const get: Method = (params, context) => ({
  result: { item: toFullItem(findItem(params, context), context.clock) },
});

/** Does not look for duplicates: two calls make two contacts. */
const add: Method = (params, context) => {
  checkEntityType(params);
  const given = readFieldNames(toFields(params), params['useOriginalUfNames']);
  const { data, clock, settings } = context;
  const sourceId = settings.sources[0]?.[0] ?? null;
  const fields = { ...emptyFields, sourceId, ...toWritableFields(given) };
  checkRequiredFields(fields, settings.requiredContactFields, settings.contactFields);
  checkListedFields(fields, settings);
  const nowMs = clock.nowMs();
  const fm = writeMultifields([], given['fm'], () => data.nextId('multifield'));
  const contact = { id: data.nextId('contact'), fields, fm, createdAtMs: nowMs, updatedAtMs: nowMs };
  data.commit([{ kind: 'contact', contact }]);
  return { result: { item: toFullItem(contact, clock) }, wrote: contact.id };
};

const update: Method = (params, context) => {
  const before = findItem(params, context);
  const given = toFields(params);
  const { data, clock, settings } = context;
  const changed = toWritableFields(given);
  const fields = { ...before.fields, ...changed };
  const touched = settings.requiredContactFields.filter((name) => name in changed);
  if ('name' in changed || 'lastName' in changed || touched.length > 0) checkRequiredFields(fields, touched);
  const fm = writeMultifields(before.fm, given['fm'], () => data.nextId('multifield'));
  const contact = { ...before, fields, fm, updatedAtMs: clock.nowMs() };
  data.commit([{ kind: 'contact', contact }]);
  return { result: { item: toFullItem(contact, clock) }, wrote: contact.id };
};

const remove: Method = (params, context) => {
  const { id } = findItem(params, context);
  deleteContact(context.data, id);
  return { result: [], wrote: id };
};

/** Narrows by an index where the filter allows it; the filter itself is applied to what is left. */
function listCandidates(filter: unknown, { data }: MethodContext): Iterable<Contact> {
  if (!isMap(filter) || toText(filter['logic']).toUpperCase() === 'OR') return data.contacts.values();
  const idKey = ['@id', '=id', 'id'].find((key) => filter[key] !== undefined);
  const originKey = ['@originId', '=originId', 'originId'].find(
    (key) => toText(toList(filter[key])[0]) !== '',
  );
  let ids: number[];
  if (idKey !== undefined) ids = toList(filter[idKey]).map(toId);
  else if (originKey !== undefined) {
    ids = toList(filter[originKey]).flatMap((originId) => data.index.listByOriginId(toText(originId)));
  } else return data.contacts.values();
  return [...new Set(ids)].map((id) => data.contacts.get(id)).filter((contact) => contact !== undefined);
}

function toSelected(item: Params, select: readonly string[]): Params {
  const names = new Set(['id', ...select]);
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.has(name)));
}

const list: Method = (params, context) => {
  if (toId(params['entityTypeId']) === companyTypeId) return listCompanies(params, context);
  checkEntityType(params);
  const { clock } = context;
  const test = toContactTest(params['filter'], clock);
  const order = compareContacts(params['order'], clock);
  const found: { item: Params; contact: Contact }[] = [];
  for (const contact of listCandidates(params['filter'], context)) {
    const item = toItem(contact, clock);
    if (test(item) && !isHidden(contact, context.settings)) found.push({ item, contact });
  }
  found.sort((a, b) => order(a.item, b.item));
  const { page, ...counts } = rest.toPage(found, rest.toStart(params));
  const select = rest.toSelect(params);
  const isWhole = select.length === 0 || select.includes('*');
  const items = page.map(({ item, contact }) =>
    // Multifields cannot be named in `select`: they come with `*` only.
    isWhole ? { ...item, fm: contact.fm } : toSelected(item, select),
  );
  return { result: { items }, ...counts };
};

/** `crm.item.*` for contacts. */
export const contactMethods: Record<string, Method> = {
  'crm.item.get': get,
  'crm.item.add': add,
  'crm.item.update': update,
  'crm.item.delete': remove,
  'crm.item.list': list,
};
