import type { Identity } from '../../domain/identity';
import { learnPair } from '../../intake/address-book';
import { openStore, type Store } from '../../store/store';
import { finishMerges } from '../scenes/merge';

/** A process that merges two people and dies before its nth write; it says how many writes there were if it lives. */
export interface MergeTask {
  mongoUri: string;
  encryptionKeyHex: string;
  portalId: string;
  pair: Identity;
  dieAtWrite: number | null;
}

const reads = /^(?:find|list|load|count|has|which|identityAt$|open$|ping$|close$|model$|plan$)/;

/** The store, whose nth write is the end of the process. What is not surely a read counts as a write. */
function mortal(store: Store, dieAtWrite: number | null): { store: Store; count: () => number } {
  let writes = 0;
  const rig = <T extends object>(room: T): T =>
    new Proxy(room, {
      get(object, name, receiver) {
        const real: unknown = Reflect.get(object, name, receiver);
        const isWrite = name === 'countArrivals' || !reads.test(String(name));
        if (typeof real !== 'function' || !isWrite) return real;
        return async (...input: unknown[]): Promise<unknown> => {
          writes += 1;
          if (writes === dieAtWrite) process.kill(process.pid, 'SIGKILL');
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

async function main({ mongoUri, encryptionKeyHex, portalId, pair, dieAtWrite }: MergeTask): Promise<void> {
  const store = await openStore({ uri: mongoUri, encryptionKey: Buffer.from(encryptionKeyHex, 'hex') });
  const rigged = mortal(store, dieAtWrite);
  await learnPair(rigged.store, portalId, pair, 'test');
  await finishMerges(rigged.store, portalId);
  process.stdout.write(String(rigged.count()), () => process.exit(0));
}

void main(JSON.parse(process.argv[2] ?? '{}') as MergeTask);
