import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const program = (stopMs: number) => `
  const { createStopSignal } = require(${JSON.stringify(join(__dirname, '../../processes/stop-signal'))});
  const logger = { info: () => process.stdout.write('stopping'), error: (facts) => process.stdout.write(JSON.stringify(facts)) };
  const signal = createStopSignal(logger, ${stopMs});
  setInterval(() => undefined, 1_000);
  process.stdout.write('ready');
`;

/** A process whose closing never ends; what it says, in pieces. */
async function startHanging(stopMs: number) {
  const child = spawn(process.execPath, ['--import', 'tsx', '-e', program(stopMs)], {
    cwd: join(__dirname, '../..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  await once(child.stdout, 'data');
  return { child, said, ended: once(child, 'exit') };
}

test('a stop that hangs ends by itself, and says what it hung on', async () => {
  const { child, said, ended } = await startHanging(100);
  child.kill('SIGTERM');
  expect(await ended).toEqual([1, null]);
  expect(said.join('')).toMatch(/^readystopping\{"stopMs":100,"resources":\[.*"Timeout"/);
});

test('a second signal ends a stop at once', async () => {
  const { child, ended } = await startHanging(3_600_000);
  child.kill('SIGTERM');
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  expect(await ended).toEqual([1, null]);
});
