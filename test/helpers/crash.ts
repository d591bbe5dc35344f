import type { ActivityDeps } from '../../activities';
import type { Portal } from '../../bitrix24/portal';

/** Where a process dies: at the nth call of one step, before it, after it, or while it is under way. */
export interface KillPoint {
  room:
    | 'entries'
    | 'messages'
    | 'chats'
    | 'outbox'
    | 'links'
    | 'people'
    | 'members'
    | 'media'
    | 'contents'
    | 'timeline'
    | 'contacts'
    | 'imports'
    | 'importChats';
  step: string;
  when: 'before' | 'during' | 'after';
}

const die = (): void => {
  process.kill(process.pid, 'SIGKILL');
};

/** The same object, whose one step ends the process with SIGKILL. */
function rigged<T extends object>(target: T, { step, when }: KillPoint): T {
  return new Proxy(target, {
    get(object, name, receiver) {
      const real: unknown = Reflect.get(object, name, receiver);
      if (name !== step || typeof real !== 'function') return real;
      return async (...input: unknown[]) => {
        if (when === 'before') die();
        if (when === 'during') setTimeout(die, 150);
        const out: unknown = await (real as (...given: unknown[]) => unknown).apply(object, input);
        die();
        return out;
      };
    },
  });
}

/** Dependencies in which one step of the order of writes is the last thing the process does. */
export function rigDeps(deps: ActivityDeps, point: KillPoint): ActivityDeps {
  if (point.room === 'timeline' || point.room === 'contacts') {
    const { room } = point;
    const portalOf = async (portalId: string): Promise<Portal> => {
      const portal = await deps.portalOf(portalId);
      return { ...portal, [room]: rigged(portal[room], point) };
    };
    return { ...deps, portalOf };
  }
  return { ...deps, store: { ...deps.store, [point.room]: rigged(deps.store[point.room], point) } };
}
