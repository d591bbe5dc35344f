/** One REST method with its parameters, as JSON would carry them. */
export interface Command {
  method: string;
  params: Params;
}

export interface Params {
  [key: string]: Param;
}
export type Param = string | number | boolean | null | undefined | Param[] | Params;

/**
 * A command as `batch` wants it: `method?query` with PHP's brackets. Empty lists and maps and undefined have no query
 * form and are left out; true and false become 1 and 0, null becomes empty.
 */
export function toCommandText({ method, params }: Command): string {
  const query = Object.entries(params).flatMap(([key, value]) => pairs(encode(key), value));
  return query.length > 0 ? `${method}?${query.join('&')}` : method;
}

function pairs(name: string, value: Param): string[] {
  if (value === undefined) return [];
  if (value === null) return [`${name}=`];
  if (typeof value === 'object') {
    return Object.entries(value).flatMap(([key, inner]) => pairs(`${name}[${encode(key)}]`, inner));
  }
  return [`${name}=${encode(typeof value === 'boolean' ? String(Number(value)) : String(value))}`];
}

/**
 * `$result[key]` in a batch is replaced by another command's result, whoever wrote it: an invisible space takes the
 * meaning from a customer's text. Half an emoji cannot be encoded and becomes U+FFFD.
 */
const encode = (text: string): string =>
  encodeURIComponent(text.replace(/\$result(?=\[)/gi, '$&\u200B').replace(/\p{Surrogate}/gu, '\uFFFD'));

/** The contact a command is about, so that "not found" can say which contact is gone. */
export function contactIdOf({ method, params }: Command): number | null {
  if (method.startsWith('crm.item.')) return Number(params.entityTypeId) === 3 ? toId(params.id) : null;
  const about = params.fields ?? params.filter;
  if (!method.startsWith('crm.timeline.comment.') || !isParams(about)) return null;
  return about.ENTITY_TYPE === 'contact' ? toId(about.ENTITY_ID) : null;
}

const toId = (value: Param): number | null =>
  Number.isSafeInteger(Number(value)) && Number(value) > 0 ? Number(value) : null;

const isParams = (value: Param): value is Params =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
