import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, listLikelyMisspellings, loadConfig, loadEnvironment, type Config } from '../config';
import { endWithChildren } from './processes/end-with-children';
import { LockedError, takeLock, type Lock } from './processes/lock';
import { startEverything, toWelcome } from './start-everything';
import { createSupervisor } from './processes/supervisor';

const say = (line: string) => console.log(line);

/** `npm start`: everything the product needs, on a machine that may have nothing of it. */
async function main(): Promise<void> {
  const config = readConfig();
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const lock = lockDataDir(config.dataDir);
  process.on('exit', () => lock.release());
  const supervisor = createSupervisor({
    dataDir: config.dataDir,
    say,
    onGiveUp: (name) => end(1, `${name} does not stay up, so everything is ended.`),
  });
  const end = endWithChildren(supervisor, say);
  try {
    say(toWelcome(await startEverything(config, supervisor, say), config.dataDir));
  } catch (error) {
    end(1, error instanceof Error ? error.message : String(error));
  }
}

function readConfig(): Config {
  const env = loadEnvironment();
  for (const { found, meant } of listLikelyMisspellings(env))
    say(`${found} is not known; was ${meant} meant?`);
  try {
    return loadConfig(env);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(error instanceof ConfigError ? 2 : 1);
  }
}

function lockDataDir(dataDir: string): Lock {
  try {
    return takeLock(join(dataDir, 'starter.lock'));
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    console.error(
      `Contact Link runs already on ${dataDir} (process ${error.ownerPid}); end that one or set DATA_DIR.`,
    );
    process.exit(1);
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
