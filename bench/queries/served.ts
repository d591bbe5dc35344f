type Document = Record<string, unknown>;

/** An index as a schema declares it. */
export interface Index {
  name: string;
  keys: [field: string, direction: 1 | -1][];
  partial: Document | null;
}

const maxBranches = 200;

const isDocument = (value: unknown): value is Document =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** A field that is bound to one value, or to a few of which each is read in order. */
function isEqual(condition: unknown): boolean {
  if (!isDocument(condition)) return true;
  const { $in, $eq } = condition;
  return $eq !== undefined || (Array.isArray($in) && $in.length <= maxBranches);
}

/** A bound that an index can begin at. */
const isBound = (condition: unknown): boolean =>
  isEqual(condition) ||
  (isDocument(condition) && ['$gt', '$gte', '$lt', '$lte', '$in', '$all'].some((one) => one in condition));

/** `{versions: {$elemMatch: {routedAt: null}}}` binds `versions.routedAt`, `{items: {$elemMatch: {$gte: 1}}}` `items`; `$and` is taken apart. */
function flatten(filter: Document): Document {
  const flat: Document = {};
  for (const [field, condition] of Object.entries(filter)) {
    if (field === '$and') {
      for (const one of condition as Document[]) Object.assign(flat, flatten(one));
      continue;
    }
    const inner = isDocument(condition) ? condition['$elemMatch'] : undefined;
    const isOfValues = isDocument(inner) && Object.keys(inner).every((name) => name.startsWith('$'));
    if (isOfValues) flat[field] = inner;
    else if (isDocument(inner)) {
      for (const [name, one] of Object.entries(inner)) flat[`${field}.${name}`] = one;
    } else flat[field] = condition;
  }
  return flat;
}

/** MongoDB knows that what equals a value is there. */
const impliesThere = (condition: unknown, wanted: unknown): boolean =>
  isDocument(wanted) && wanted['$exists'] === true && ['string', 'number'].includes(typeof condition);

const isPartialMet = (filter: Document, partial: Document | null): boolean =>
  Object.entries(partial ?? {}).every(
    ([field, wanted]) =>
      JSON.stringify(filter[field]) === JSON.stringify(wanted) || impliesThere(filter[field], wanted),
  );

/** MongoDB's rule: fields that are bound to a value first, then the sort's, all in one direction or all in the other. */
function isServedBy({ keys, partial }: Index, filter: Document, sort: [string, 1 | -1][]): boolean {
  if (!isPartialMet(filter, partial)) return false;
  const [first] = keys;
  const wanted = sort.filter(([field]) => !(field in filter && isEqual(filter[field])));
  if (!first || !(first[0] in filter && isBound(filter[first[0]]))) return false;
  let direction: number | null = null;
  let sorted = 0;
  for (const [field, order] of keys) {
    if (sorted === wanted.length) return true;
    const [next, wish] = wanted[sorted] ?? ['', 1];
    const isFixed = field in filter && isEqual(filter[field]);
    if (field !== next) {
      if (isFixed) continue;
      return false;
    }
    direction ??= order * wish;
    if (direction !== order * wish) return false;
    sorted += 1;
  }
  return sorted === wanted.length;
}

/** Of two that serve: the one of which more leading fields are bound, then the shorter, then the one declared last. */
function choose(indexes: readonly Index[], filter: Document): Index | undefined {
  const leading = ({ keys }: Index): number => {
    const free = keys.findIndex(([field]) => !(field in filter && isBound(filter[field])));
    return free === -1 ? keys.length : free;
  };
  return [...indexes]
    .reverse()
    .sort((one, other) => leading(other) - leading(one) || one.keys.length - other.keys.length)[0];
}

/**
 * The indexes that answer a question without reading other documents in bulk and without sorting in memory; null: none does. Of an
 * `$or` each side needs one. What is asked for in the order of ids alone walks along them.
 */
export function findServing(indexes: readonly Index[], filter: Document, sort: Document): string[] | null {
  const { $or, ...rest } = filter;
  const order = Object.entries(sort) as [string, 1 | -1][];
  const flat = flatten(rest);
  const whole = choose(
    indexes.filter((index) => isServedBy(index, flat, order)),
    flat,
  );
  if (Array.isArray($or)) {
    const sides = ($or as Document[]).map((side) => findServing(indexes, { ...rest, ...side }, sort));
    if (sides.every((side) => side !== null)) return [...new Set(sides.flat())];
  }
  if (whole) return [whole.name];
  const isWalk = order.length === 1 && order[0]?.[0] === '_id';
  return isWalk && Object.keys(filter).length === 0 ? ['_id_'] : null;
}
