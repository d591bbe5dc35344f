import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../local/ports';
import { chooseApiPort, createPortBook } from '../../local/ports-file';

let dataDir: string;
const servers: Server[] = [];
beforeEach(() => (dataDir = mkdtempSync(join(tmpdir(), 'contact-link-ports-'))));
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
  rmSync(dataDir, { recursive: true, force: true });
});

async function occupy(): Promise<number> {
  const port = await freePort();
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return port;
}

test('a server keeps its port from one start to the next', async () => {
  const port = await freePort();
  writeFileSync(join(dataDir, 'ports.json'), JSON.stringify({ mongo: port }));
  expect(await createPortBook(dataDir, () => undefined).choose('mongo')).toBe(port);
  expect(await createPortBook(dataDir, () => undefined).choose('mongo')).toBe(port);
});

test('the default port of the API moves when it is taken, and says so', async () => {
  const [port, said] = [await occupy(), [] as string[]];
  const moved = await chooseApiPort({ host: '127.0.0.1', port, portIsDefault: true }, (line) =>
    said.push(line),
  );
  expect(moved).not.toBe(port);
  expect(said).toEqual([`port ${port} is taken; the API moves to ${moved} (set PORT to choose one)`]);
});

test('a port that was set and is taken is an error', async () => {
  const port = await occupy();
  await expect(
    chooseApiPort({ host: '127.0.0.1', port, portIsDefault: false }, () => undefined),
  ).rejects.toThrow(`PORT=${port} is taken`);
});

test('a host that is not of this machine is an error, not a taken port', async () => {
  const choice = chooseApiPort(
    { host: '192.0.2.1', port: await freePort(), portIsDefault: true },
    () => undefined,
  );
  await expect(choice).rejects.toThrow('HOST=192.0.2.1');
});
