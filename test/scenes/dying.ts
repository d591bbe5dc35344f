import type { ActivityDeps } from '../../activities';
import type { Portal } from '../../bitrix24/portal';

/** A process that dies right after its nth write: from then on nothing of it is written or sent any more. */
export interface Dying {
  deps: ActivityDeps;
  /** An object whose steps of these names count as writes; nothing of it answers a dead process. */
  rig: <T extends object>(room: T, counted: readonly string[]) => T;
  writes: () => number;
}

/** `counted`: the writing steps by their room of the store; `timeline` is the portal's, `model` those that rooms do on a collection itself. */
export function dying(deps: ActivityDeps, counted: Record<string, string[]>, dieAfter: number): Dying {
  let writes = 0;
  const dead = () => Promise.reject(new Error('this process is dead'));
  const rig = <T extends object>(room: T, steps: readonly string[]): T =>
    new Proxy(room, {
      get(object, name) {
        const real: unknown = Reflect.get(object, name);
        if (name === 'model' && counted.model) return rig(real as object, counted.model);
        if (typeof real !== 'function') return real;
        // What is asked of a collection is no promise but a query, which is built further.
        if (steps === counted.model && !steps.includes(String(name))) return real.bind(object) as unknown;
        return async (...input: unknown[]) => {
          if (writes >= dieAfter) return dead();
          const out: unknown = await (real as (...given: unknown[]) => unknown).apply(object, input);
          if (steps.includes(String(name))) writes += 1;
          return writes >= dieAfter ? dead() : out;
        };
      },
    });
  const rooms = Object.entries(deps.store).map(([name, room]): [string, unknown] => [
    name,
    typeof room === 'object' ? rig(room, counted[name] ?? []) : room,
  ]);
  const portalOf = async (portalId: string): Promise<Portal> => {
    const portal = await deps.portalOf(portalId);
    return { ...portal, timeline: rig(portal.timeline, counted.timeline ?? []) };
  };
  const store = Object.fromEntries(rooms) as unknown as ActivityDeps['store'];
  return { deps: { ...deps, store, portalOf }, rig, writes: () => writes };
}
