import { join } from 'node:path';
import { ConfigError, listLikelyMisspellings, loadConfig, loadEnvironment } from '../config';
import { endWithChildren } from './processes/end-with-children';
import { LockedError, takeLock, type Lock } from './processes/lock';
import { startEverything, toWelcome } from './start-everything';
import { keepPrivate } from './private-folder';
import { createSupervisor } from './processes/supervisor';

const say = (line: string) => console.log(line);

/** `npm start`: everything the product needs, on a machine that may have nothing of it. */
async function main(): Promise<void> {
  const environment = loadEnvironment();
  for (const { found, meant } of listLikelyMisspellings(environment))
    say(`${found} is not known; was ${meant} meant?`);
  const config = loadConfig(environment);
  const { dataDir } = config;
  keepPrivate(dataDir);
  const lock = lockDataDir(dataDir);
  process.on('exit', () => lock.release());
  const giveUp = (name: string) => end(1, `${name} does not stay up, so everything is ended.`);
  const supervisor = createSupervisor({ dataDir, say, onGiveUp: giveUp, logs: config.logs });
  const end = endWithChildren(supervisor, say);
  try {
    say(toWelcome(await startEverything(config, supervisor, say), dataDir));
  } catch (error) {
    end(1, toMessage(error));
  }
}

function lockDataDir(dataDir: string): Lock {
  try {
    return takeLock(join(dataDir, 'starter.lock'));
  } catch (cause) {
    if (!(cause instanceof LockedError)) throw cause;
    const who = `Contact Link runs already on ${dataDir} (process ${cause.ownerPid})`;
    throw new Error(`${who}; end that one or set DATA_DIR.`, { cause });
  }
}

const toMessage = (error: unknown): string => (error instanceof Error ? error.message : String(error));

main().catch((error: unknown) => {
  console.error(toMessage(error));
  process.exit(error instanceof ConfigError ? 2 : 1);
});
