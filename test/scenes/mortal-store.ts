import type { Store } from '../../store/store';

const reads = /^(?:find|list|load|count|has|which|identityAt$|open$|ping$|close$|model$|plan$)/;

/** A store that ends before its nth write: `die` ends the process, or throws. What is not surely a read counts as a write. */
export function mortal(
  store: Store,
  dieAtWrite: number | null,
  die: () => void,
): { store: Store; count: () => number } {
  let writes = 0;
  const rig = <T extends object>(room: T): T =>
    new Proxy(room, {
      get(object, name, receiver) {
        const real: unknown = Reflect.get(object, name, receiver);
        const isWrite = !reads.test(String(name));
        if (typeof real !== 'function' || !isWrite) return real;
        return async (...input: unknown[]): Promise<unknown> => {
          writes += 1;
          if (dieAtWrite !== null && writes >= dieAtWrite) die();
          return (real as (...given: unknown[]) => Promise<unknown>).apply(object, input);
        };
      },
    });
  const rooms = Object.entries(store).map(([name, room]): [string, unknown] => [
    name,
    typeof room === 'object' ? rig(room) : room,
  ]);
  return { store: Object.fromEntries(rooms) as unknown as Store, count: () => writes };
}
