import { restoreBackup } from '../store/backup/restore-backup';
import { readKeys } from './keys-file';
import { readOptions } from './read-options';
import { runProcess } from './run-process';

const usage = 'npm run restore -- --from FILE [--keys-from FILE] [--replace]';

const options = {
  from: { type: 'string' },
  'keys-from': { type: 'string' },
  replace: { type: 'boolean', default: false },
} as const;

const say = (line: string) => process.stdout.write(`${line}\n`);

/** `npm run restore -- --from FILE`: puts a backup in place of an empty database, or with `--replace` of any. Broken off, it is asked for again. */
runProcess('restore', async ({ config }) => {
  const given = readOptions(options, 'from', `Say what from: ${usage}`);
  const { from: path, 'keys-from': keysPath, replace } = given;
  const { mongodbUri: uri, encryptionKey } = config;
  const formerKeys = [...config.formerKeys, ...(keysPath === undefined ? [] : readKeys(keysPath))];
  const onProgress = (name: string, count: number) => say(`${name}: ${count}`);
  const { forgotten } = await restoreBackup({ path, uri, encryptionKey, formerKeys, replace, onProgress });
  if (forgotten.length > 0)
    say('These people were forgotten after the backup and are back. Forget them again:');
  for (const personId of forgotten) say(`  POST /api/v1/people/${personId}/forget`);
  say(
    'Restored. Start the product: before it posts to a page, it looks what the page shows since the backup.',
  );
});
