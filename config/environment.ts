import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'dotenv';
import { variables } from './variables';

/** Variables by name, as `process.env` has them. */
export type Environment = Record<string, string | undefined>;

/** The environment of this process over what `.env` in `cwd` says: a variable that is set wins over the file. */
export function loadEnvironment(cwd: string = process.cwd(), env: Environment = process.env): Environment {
  const path = join(cwd, '.env');
  return { ...(existsSync(path) ? parse(readFileSync(path, 'utf8')) : {}), ...env };
}

/** Names in the environment that look like a misspelling of one of ours, with the name that was probably meant. */
export function listLikelyMisspellings(env: Environment): Array<{ found: string; meant: string }> {
  const known = Object.keys(variables.shape);
  const unknown = Object.keys(env).filter((name) => name.length >= 8 && !known.includes(name));
  return unknown.flatMap((found) => {
    const meant = known.find((name) => name.length >= 8 && isOneSlipAway(found.toUpperCase(), name));
    return meant === undefined ? [] : [{ found, meant }];
  });
}

/** One letter more, less, other, or two neighbours swapped; also just other case or missing underscores. */
function isOneSlipAway(found: string, meant: string): boolean {
  if (found === meant || found.replaceAll('_', '') === meant.replaceAll('_', '')) return true;
  if (Math.abs(found.length - meant.length) > 1) return false;
  let start = 0;
  while (start < found.length && found[start] === meant[start]) start++;
  const [a, b] = [found.slice(start), meant.slice(start)];
  const swapped = a.length === b.length && a[0] === b[1] && a[1] === b[0] && a.slice(2) === b.slice(2);
  return swapped || a.slice(1) === b.slice(1) || a.slice(1) === b || a === b.slice(1);
}
