import { toId, toList, isMap, type Method } from './method';

/** Company = 4 among the portal's entity types. */
export const companyTypeId = 4;

/** Of companies only the names are here, found by their ids. */
export const listCompanies: Method = (params, { settings }) => {
  const filter = isMap(params['filter']) ? params['filter'] : {};
  const ids = toList(filter['@id'] ?? filter['id']).map(toId);
  const found = settings.companies.filter(([id]) => ids.includes(id));
  return { result: { items: found.map(([id, title]) => ({ id, title })) } };
};
