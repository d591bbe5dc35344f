import { readFileSync, writeFileSync } from 'node:fs';
import { BackupError } from '../store/backup/backup-error';
import type { Config } from '../config';

const name = 'ENCRYPTION_KEY';

/** The key of a backup's secrets, as a line of an environment file; the former one too, while both are needed. */
const toText = ({ encryptionKey, formerKeys }: Pick<Config, 'encryptionKey' | 'formerKeys'>) =>
  [encryptionKey, ...formerKeys].map((key) => `${name}=${key.toString('hex')}\n`).join('');

/** Writes it, to be read by its owner alone; one that is there and is another one stays, and that is said. */
export function writeKeys(path: string, config: Pick<Config, 'encryptionKey' | 'formerKeys'>): void {
  try {
    writeFileSync(path, toText(config), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (readFileSync(path, 'utf8') !== toText(config))
      throw new BackupError(`${path} is there already, with something else in it.`);
  }
}

/** The keys in such a file; throws where it has none. */
export function readKeys(path: string): Buffer[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new BackupError(`${path} cannot be read.`);
  }
  const keys = [...text.matchAll(/^(?:ENCRYPTION_KEY=)?([0-9a-f]{64})\s*$/gim)];
  if (keys.length === 0) throw new BackupError(`${path} holds no key.`);
  return keys.map(([, hex = '']) => Buffer.from(hex, 'hex'));
}
