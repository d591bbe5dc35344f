import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { loadConfig, type Config } from '../../config';
import { keepPrivate } from '../private-folder';
import { toChildEnvironment } from '../processes/child-environment';
import { endWithChildren } from '../processes/end-with-children';
import { LockedError, takeLock } from '../processes/lock';
import { createSupervisor } from '../processes/supervisor';
import { createPortBook } from '../ports-file';
import { findMongo } from '../servers/find-mongo';
import { toLocalUri } from '../servers/mongod-account';
import { chooseServerData } from '../server-data';
import { startMongo } from '../start-servers';

const say = (line: string) => console.log(line);

/** Null: `npm start` runs, with a MongoDB of its own. */
function lockUnlessRunning(dataDir: string) {
  try {
    return takeLock(join(dataDir, 'starter.lock'));
  } catch (error) {
    if (error instanceof LockedError) return null;
    throw error;
  }
}

/** The program runs with what `npm start` would give it; gives its exit code. */
async function runProgram(name: string, args: readonly string[], uri: string): Promise<number> {
  const env = toChildEnvironment(process.env, { MONGODB_URI: uri });
  delete env['MONGODB_URI_FILE'];
  const program = ['--import', 'tsx', `processes/${name}-main.ts`, ...args];
  const child = spawn(process.execPath, program, { env, stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

/** The database of `npm start`, whether it runs or not: one that nobody runs is started for as long as the program needs it. */
async function withMongo(config: Config, run: (uri: string) => Promise<number>): Promise<void> {
  const { dataDir, logs } = config;
  const { mongodbUri, folder } = chooseServerData(config);
  if (mongodbUri !== null) process.exit(await run(mongodbUri));
  keepPrivate(dataDir);
  const ports = createPortBook(dataDir, say);
  const lock = lockUnlessRunning(dataDir);
  if (!lock) process.exit(await run(toLocalUri(folder, ports.known('mongo'))));
  process.on('exit', () => lock.release());
  const supervisor = createSupervisor({ dataDir, say, onGiveUp: () => end(1), logs });
  const end = endWithChildren(supervisor, say);
  const found = await findMongo(say, folder);
  end(await run(await startMongo(found, { config, ports, supervisor })));
}

/** `npm run backup`, `npm run restore` and `npm run reseal`: the programs of processes/, on the database of `npm start` or the one of MONGODB_URI. */
const [name = '', ...args] = process.argv.slice(2);
withMongo(loadConfig(), (uri) => runProgram(name, args, uri)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
