import type { PortalClock } from '../portal-clock';
import { isKnownField } from './contact-fields';
import { isMap, RestError, toList, toText, type Params } from './method';

type Test = (item: Params) => boolean;

const operators = ['!@', '!%', '!=', '>=', '<=', '=%', '%=', '@', '%', '=', '>', '<', '!'] as const;
type Operator = (typeof operators)[number] | '';

function splitKey(key: string): [Operator, string] {
  const operator = operators.find((candidate) => key.startsWith(candidate)) ?? '';
  return [operator, key.slice(operator.length)];
}

type Comparable = string | number;

function toComparable(field: string, value: unknown, clock: PortalClock): Comparable {
  const text = toText(value);
  if (field.endsWith('Time')) return clock.parse(text);
  if (/^(?:id|.*ById|createdBy|updatedBy|companyId|leadId)$/.test(field)) return Number(text);
  // The portal's database compares text without regard to case.
  return text.toLowerCase();
}

/** `%` in a pattern stands for anything. */
function toPattern(text: string): RegExp {
  const parts = text.split('%').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'is');
}

function toFieldTest(key: string, wanted: unknown, clock: PortalClock): Test {
  const [operator, field] = splitKey(key);
  if (!isKnownField(field)) {
    throw new RestError(
      400,
      'INVALID_ARG_VALUE',
      `Invalid filter: field '${field}' is not allowed in filter`,
    );
  }
  const of = (item: Params) => toComparable(field, item[field], clock);
  const values = isMap(wanted) ? toList(wanted) : [wanted];
  const options = new Set(values.map((value) => toComparable(field, value, clock)));
  const [first] = options;
  const limit = first ?? '';
  const tests: Record<Operator, Test> = {
    '': (item) => options.has(of(item)),
    '=': (item) => options.has(of(item)),
    '@': (item) => options.has(of(item)),
    '!': (item) => !options.has(of(item)),
    '!=': (item) => !options.has(of(item)),
    '!@': (item) => !options.has(of(item)),
    '%': (item) => toText(item[field]).toLowerCase().includes(String(limit)),
    '!%': (item) => !toText(item[field]).toLowerCase().includes(String(limit)),
    '=%': (item) => toPattern(String(limit)).test(toText(item[field])),
    '%=': (item) => toPattern(String(limit)).test(toText(item[field])),
    '>': (item) => of(item) > limit,
    '>=': (item) => of(item) >= limit,
    '<': (item) => of(item) < limit,
    '<=': (item) => of(item) <= limit,
  };
  return tests[operator];
}

/** Builds the test of a `crm.item.list` filter; `logic` is `AND` or `OR`, nested filters stand under numbers. */
export function toContactTest(filter: unknown, clock: PortalClock): Test {
  if (!isMap(filter)) return () => true;
  const isAny = toText(filter['logic']).toUpperCase() === 'OR';
  const tests = Object.entries(filter)
    .filter(([key]) => key.toLowerCase() !== 'logic')
    .map(([key, value]) =>
      /^\d+$/.test(key) ? toContactTest(value, clock) : toFieldTest(key, value, clock),
    );
  if (tests.length === 0) return () => true;
  return isAny ? (item) => tests.some((test) => test(item)) : (item) => tests.every((test) => test(item));
}

/** Orders items by `{field: 'ASC' | 'DESC'}`; by id where nothing else decides. */
export function compareContacts(order: unknown, clock: PortalClock): (a: Params, b: Params) => number {
  const given = isMap(order) ? Object.entries(order) : [];
  for (const [field] of given) {
    if (!isKnownField(field)) throw new RestError(400, 'INVALID_ARG_VALUE', `Invalid order: '${field}'`);
  }
  const rules = given.map(([field, way]) => [field, toText(way).toUpperCase() === 'DESC' ? -1 : 1] as const);
  return (a, b) => {
    for (const [field, sign] of [...rules, ['id', 1] as const]) {
      const left = toComparable(field, a[field], clock);
      const right = toComparable(field, b[field], clock);
      if (left !== right) return left < right ? -sign : sign;
    }
    return 0;
  };
}
