const maxDepth = 12;
const maxPairs = 10_000;

/** A parsed query: nested maps without a prototype, so a key such as `__proto__` is only a key. */
export interface BracketMap {
  [key: string]: BracketValue;
}
type BracketValue = string | BracketMap;

const createMap = (): BracketMap => Object.create(null) as BracketMap;

/** `fields[fm][n0][value]` -> `['fields', 'fm', 'n0', 'value']`; an unclosed bracket belongs to the name. */
function toPath(name: string): string[] {
  const open = name.indexOf('[');
  if (open <= 0) return [name];
  const path = [name.slice(0, open)];
  let at = open;
  while (name[at] === '[' && path.length < maxDepth) {
    const close = name.indexOf(']', at);
    if (close < 0) return path.length === 1 ? [name] : path;
    path.push(name.slice(at + 1, close));
    at = close + 1;
  }
  return path;
}

function nextIndex(map: BracketMap): string {
  const indexes = Object.keys(map).filter((key) => /^\d+$/.test(key));
  return String(indexes.length === 0 ? 0 : Math.max(...indexes.map(Number)) + 1);
}

function put(root: BracketMap, path: readonly string[], value: string): void {
  let map = root;
  for (const [depth, segment] of path.entries()) {
    const key = segment === '' && depth > 0 ? nextIndex(map) : segment;
    if (depth === path.length - 1) {
      map[key] = value;
      return;
    }
    const inner = map[key];
    map = typeof inner === 'object' ? inner : (map[key] = createMap());
  }
}

/** Parses `a[b][0]=x&c=y` as PHP does: `[]` counts up, later values win, depth and number are limited. */
export function parseBracketQuery(query: string): BracketMap {
  const root = createMap();
  let pairs = 0;
  for (const [name, value] of new URLSearchParams(query)) {
    pairs += 1;
    if (pairs > maxPairs) break;
    if (name !== '') put(root, toPath(name), value);
  }
  return root;
}
