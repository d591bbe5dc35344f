import { BackupError } from '../store/backup/backup-error';
import { readBuild } from './build';
import { writeKeys } from './keys-file';
import { openCheckedStore } from './open-with-patience';
import { readOptions } from './read-options';
import { runProcess } from './run-process';

const usage = 'npm run backup -- --to FILE [--keys-to ANOTHER FILE]';

const options = { to: { type: 'string' }, 'keys-to': { type: 'string' } } as const;

const say = (line: string) => process.stdout.write(`${line}\n`);

/** `npm run backup -- --to FILE`: everything that is stored, in one file, while the product runs. The key of its secrets is never in it. */
runProcess('backup', async (given) => {
  const { to: path, 'keys-to': keysPath } = readOptions(options, 'to', `Say where to: ${usage}`);
  if (keysPath !== undefined) writeKeys(keysPath, given.config);
  const store = await openCheckedStore(given);
  if (!store) throw new BackupError('Broken off.');
  try {
    await store.backUp(path, readBuild().version, (name, count) => say(`${name}: ${count}`));
  } finally {
    await store.close();
  }
  say(`${path} holds everything but ENCRYPTION_KEY. It is as personal as the database.`);
  if (keysPath === undefined) say(`Without that key its secrets cannot be opened: keep it apart (${usage}).`);
  else say(`${keysPath} holds the key: keep it in another place.`);
});
