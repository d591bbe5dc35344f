import type { Identity } from '../../domain/identity';
import { learnPair } from '../../intake/address-book';
import { openStore } from '../../store/store';
import { finishMerges } from '../scenes/merge';
import { mortal } from '../scenes/mortal-store';

/** A process that merges two people and dies before its nth write; it says how many writes there were if it lives. */
export interface MergeTask {
  mongoUri: string;
  encryptionKeyHex: string;
  portalId: string;
  pair: Identity;
  dieAtWrite: number | null;
}

async function main({ mongoUri, encryptionKeyHex, portalId, pair, dieAtWrite }: MergeTask): Promise<void> {
  const store = await openStore({ uri: mongoUri, encryptionKey: Buffer.from(encryptionKeyHex, 'hex') });
  const rigged = mortal(store, dieAtWrite, () => process.kill(process.pid, 'SIGKILL'));
  await learnPair(rigged.store, portalId, pair, 'test');
  await finishMerges(rigged.store, portalId);
  process.stdout.write(String(rigged.count()), () => process.exit(0));
}

void main(JSON.parse(process.argv[2] ?? '{}') as MergeTask);
