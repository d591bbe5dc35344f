import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findMongo } from '../../local/servers/find-mongo';
import { findTemporal } from '../../local/servers/find-temporal';
import { findTestServer } from '../../local/servers/find-test-server';
import { startGuarded } from '../../local/servers/guarded-server';
import { freePort } from '../../local/ports';
import { mongoCommand, temporalCommand } from '../../local/servers/server-commands';
import { waitForTemporal } from '../../local/servers/temporal-ready';

declare global {
  // Shared with global-teardown.ts, which runs in the same process.
  var stopTestServers: Array<() => Promise<void> | void> | undefined;
}

const say = (line: string) => process.stderr.write(`${line}\n`);

/** A server that lives for minutes does not win back what a second compiler and a parallel collector cost. */
const quickJava = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

/** One MongoDB and one Temporal dev server for the whole suite; what is set already (TEST_...) is used instead. */
export default async function startTestServers(): Promise<void> {
  globalThis.stopTestServers = [];
  const folder = mkdtempSync(join(tmpdir(), 'contact-link-bundle-'));
  process.env['TEST_BUNDLE_FOLDER'] = folder;
  globalThis.stopTestServers.push(() => rmSync(folder, { recursive: true, force: true }));
  try {
    await Promise.all([
      provide('TEST_MONGODB_URL', startMongo),
      provide('TEST_TEMPORAL_ADDRESS', startTemporal),
      provide('TEST_TIME_SKIPPING_SERVER', () => findTestServer(say)),
    ]);
  } catch (error) {
    for (const stop of globalThis.stopTestServers) await stop();
    throw error;
  }
}

async function provide(name: string, make: () => Promise<string>): Promise<void> {
  process.env[name] ||= await make();
}

async function startMongo(): Promise<string> {
  const found = await findMongo(say);
  const port = await freePort();
  if (found.kind === 'mongod') {
    const dataDir = mkdtempSync(join(tmpdir(), 'contact-link-mongo-'));
    globalThis.stopTestServers?.unshift(() => rmSync(dataDir, { recursive: true, force: true }));
    await start('MongoDB', mongoCommand(found, { port, dataDir }), port);
  } else {
    const { program, args } = mongoCommand(found, { port });
    await start('MongoDB', { program, args: [...quickJava, ...args] }, port);
  }
  return `mongodb://127.0.0.1:${port}`;
}

async function startTemporal(): Promise<string> {
  const found = await findTemporal(say);
  const port = await freePort();
  await start('Temporal', temporalCommand(found, { port }), port);
  const address = `127.0.0.1:${port}`;
  await waitForTemporal({ address }, { limitMs: 60_000 });
  return address;
}

async function start(
  name: string,
  command: { program: string; args: string[] },
  port: number,
): Promise<void> {
  const server = await startGuarded(name, command, port);
  globalThis.stopTestServers?.unshift(() => server.stop());
}
