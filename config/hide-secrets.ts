import { inspect } from 'node:util';

/**
 * The same object, whose named fields are shown as `[hidden]` by `JSON.stringify` and `console.log`. The two functions
 * that do it are enumerable, so that a copy by spread hides too.
 */
export function hideSecrets<T extends object>(value: T, names: Array<keyof T>): T {
  function toShown(this: T): Record<string, unknown> {
    const shown = Object.entries(this).filter(([, field]) => typeof field !== 'function');
    return Object.fromEntries(
      shown.map(([name, field]) => [
        name,
        names.includes(name as keyof T) && field !== null ? '[hidden]' : field,
      ]),
    );
  }
  return Object.assign(value, { toJSON: toShown, [inspect.custom]: toShown });
}
