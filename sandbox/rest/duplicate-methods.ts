import { RestError, toList, toText, type Method } from './method';

const maxValues = 20;
const maxHits = 20;

/** Equality of normalised values; the answer does not say which value hit which contact. */
const findByComm: Method = (params, { data }) => {
  const type = toText(params['type']).toUpperCase();
  if (type !== 'PHONE' && type !== 'EMAIL') {
    throw new RestError(400, '', 'Communication type is not defined.');
  }
  const values = toList(params['values']).map(toText);
  if (values.length === 0) throw new RestError(400, '', 'Communication values is not defined.');
  const entityType = toText(params['entity_type']).toUpperCase();
  if (entityType === 'LEAD' || entityType === 'COMPANY') return { result: [] };
  const hits = new Set<number>();
  for (const value of values.slice(0, maxValues)) {
    if (value.trim() === '') continue;
    for (const id of data.index.listByValue(type, value)) hits.add(id);
  }
  const ids = [...hits].slice(0, maxHits);
  return { result: ids.length === 0 ? [] : { CONTACT: ids } };
};

export const duplicateMethods: Record<string, Method> = { 'crm.duplicate.findbycomm': findByComm };
