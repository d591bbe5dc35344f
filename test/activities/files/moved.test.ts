import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { createPortalDirectory } from '../../../bitrix24/portal-directory';
import type { PortalFacts } from '../../../bitrix24/rest/same-portal';
import { settings, useDelivery } from '../../scenes/delivery';
import { opened } from '../../scenes/opened';
import { eventually } from '../../scenes/product';
import { bring, pageOf, sayFile } from './scene';

const delivery = useDelivery();
const isUpload = (url: string) => url.endsWith('/crm.timeline.comment.add');

/** The portal's old address: it passes requests on until it has moved, then it sends everybody on. `uploads`: those that came here. */
async function startOldAddress() {
  const state = { hasMoved: false, losesUpload: false, uploads: 0 };
  const portal = new URL(delivery.portal.webhookUrl);
  const pass: RequestListener = (request, response) => {
    const { url = '' } = request;
    const isLost = isUpload(url) && state.losesUpload;
    if (isUpload(url)) state.uploads += 1;
    if (state.hasMoved) {
      response.writeHead(302, { location: `http://localhost:${portal.port}${url}` }).end();
      return;
    }
    void buffer(request).then(async (body) => {
      const headers = { 'content-type': request.headers['content-type'] ?? 'application/json' };
      const answer = await fetch(new URL(url, portal), {
        method: 'POST',
        headers,
        body: new Uint8Array(body),
      });
      if (isLost) {
        state.hasMoved = true;
        response.destroy();
      } else response.writeHead(answer.status).end(await answer.text());
    });
  };
  const server = createServer(pass);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    state,
    webhookUrl: `http://127.0.0.1:${port}${portal.pathname}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const old = opened(startOldAddress, (scene) => scene.close(), 'test');

/** The activities of a process that knows the old address only, and what the portal told of itself there. */
async function createProcess() {
  const access = {
    webhookUrl: old.webhookUrl,
    movedTo: null as string | null,
    facts: null as PortalFacts | null,
  };
  const directory = createPortalDirectory({
    credentials: {
      findAccess: () => Promise.resolve({ ...access }),
      saveMove: (_, origin) => Promise.resolve(void (access.movedTo = origin)),
      saveFacts: (_, facts) => Promise.resolve(void (access.facts = facts)),
    },
    budgets: delivery.store.budgets,
    requestLimitMs: settings.portalRequestLimitMs,
    writeWindowMs: settings.writeWindowMs,
    probeEveryMs: settings.backupIntervalMs,
  });
  await (await directory.portalOf(delivery.portalId)).learnPlan();
  await eventually('the portal is known', () => Promise.resolve(access.facts !== null));
  return { process: delivery.createProcess({ portalOf: directory.portalOf }), access, directory };
}

test.each([
  ['whose answer was lost before it moved', true],
  ['that came after it had moved', false],
])('a moved portal has a file once, of an upload %s', async (_what, losesUpload) => {
  const { process, access, directory } = await createProcess();
  const linked = await delivery.link();
  await bring(delivery, await sayFile(delivery, linked), 'first');
  Object.assign(old.state, { losesUpload, hasMoved: !losesUpload });
  await eventually('the file on its page', async () => {
    await delivery.run(process, [linked]);
    return !(await delivery.store.entries.hasUnsettled(`link/${linked.linkId}`));
  });
  expect(pageOf(delivery, linked).map(({ files }) => files)).toEqual([['photo.jpg']]);
  expect(access.movedTo).toBe(`http://localhost:${new URL(delivery.portal.webhookUrl).port}`);
  expect(old.state.uploads).toBe(1);
  await bring(delivery, await sayFile(delivery, linked, { name: 'second.jpg' }), 'second');
  await eventually('the next file on its page', async () => {
    await delivery.run(process, [linked]);
    return pageOf(delivery, linked).length === 2;
  });
  expect(pageOf(delivery, linked).map(({ files }) => files)).toEqual([['photo.jpg'], ['second.jpg']]);
  expect(old.state.uploads).toBe(1);
  await directory.close();
});
