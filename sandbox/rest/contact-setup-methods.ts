import { contactTypeId, emptyFields, toOriginalName } from './contact-fields';
import { isMap, missingParameter, RestError, toId, toPage, toStart, toText, type Method } from './method';

const isCustom = (name: string) => name.startsWith('ufCrm');

/** Every field of a contact with its title and whether it must be filled; custom ones under the names asked for. */
const fields: Method = (params, { settings }) => {
  if (params['entityTypeId'] === undefined) throw missingParameter('entityTypeId');
  if (toId(params['entityTypeId']) !== contactTypeId) {
    throw new RestError(400, 'NOT_FOUND', 'The entity type is not available on this portal');
  }
  const { requiredContactFields, contactFields } = settings;
  const isOriginal = toText(params['useOriginalUfNames']).toUpperCase() === 'Y';
  const names = [
    ...new Set([...Object.keys(emptyFields), ...Object.keys(contactFields), ...requiredContactFields]),
  ];
  const described = names.map((name) => {
    const { title = name, type = 'string', items } = contactFields[name] ?? {};
    const upperName = toOriginalName(name);
    const field = {
      type,
      isRequired: requiredContactFields.includes(name),
      isReadOnly: false,
      isImmutable: false,
      isMultiple: false,
      isDynamic: isCustom(name),
      ...(items ? { items } : {}),
      title,
      upperName,
    };
    return [isOriginal && isCustom(name) ? upperName : name, field] as const;
  });
  return { result: { fields: Object.fromEntries(described) } };
};

const types: [string, string][] = [
  ['CLIENT', 'Clients'],
  ['SUPPLIER', 'Suppliers'],
  ['PARTNER', 'Partners'],
  ['OTHER', 'Other'],
];

/** Of the portal's lists only the sources and the types of contacts are here; another list is empty. */
const statusList: Method = (params, { settings }) => {
  const filter = isMap(params['filter']) ? params['filter'] : {};
  const ENTITY_ID = toText(filter['ENTITY_ID']);
  const lists: Record<string, [string, string][]> = { SOURCE: settings.sources, CONTACT_TYPE: types };
  const rows = (lists[ENTITY_ID] ?? []).map(([STATUS_ID, NAME], index) => ({
    ...{ ID: String(index + 1), ENTITY_ID, STATUS_ID, NAME, NAME_INIT: NAME },
    ...{ SORT: String(10 * (index + 1)), SYSTEM: 'N', CATEGORY_ID: null, COLOR: '', SEMANTICS: null },
  }));
  const { page, ...counts } = toPage(rows, toStart(params));
  return { result: page, ...counts };
};

/** How contacts are set up: their fields, and the list of sources. */
export const contactSetupMethods: Record<string, Method> = {
  'crm.item.fields': fields,
  'crm.status.list': statusList,
};
