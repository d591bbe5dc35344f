import { once } from 'node:events';
import { connect } from 'node:net';
import { startSandboxPortal } from '../../sandbox/portal';
import { call } from './portal-call';

test('a request that is broken off in the middle is no error of the portal: nothing is said, and it goes on', async () => {
  // Express says nothing of errors in tests.
  const { NODE_ENV } = process.env;
  process.env['NODE_ENV'] = 'production';
  const said = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const portal = await startSandboxPortal();
  try {
    const socket = connect(portal.port, '127.0.0.1');
    const head = ['host: portal', 'content-type: application/json', 'content-length: 1000'].join('\r\n');
    socket.write(`POST /rest/1/secret/server.time HTTP/1.1\r\n${head}\r\n\r\n{"half`);
    while (portal.stats().requests === 0) await new Promise(setImmediate);
    socket.destroy();
    await once(socket, 'close');
    expect((await call(portal, 'server.time')).status).toBe(200);
    expect(said).not.toHaveBeenCalled();
  } finally {
    said.mockRestore();
    process.env['NODE_ENV'] = NODE_ENV;
    await portal.stop();
  }
});
