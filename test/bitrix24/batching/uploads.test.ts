import { randomBytes } from 'node:crypto';
import { FilesRefusedError, UnknownOutcomeError } from '../../../bitrix24/errors';
import { createPortal, type Portal } from '../../../bitrix24/portal';
import { toUploadBody, type UploadFile } from '../../../bitrix24/rest/upload-body';
import { failure, startPortal, type Handler } from '../fake-portal';
import { createMemoryBudgets } from '../memory-budgets';

const always = () => Promise.resolve(true);
const add = 'crm.timeline.comment.add';

async function* chunksOf(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}
const fileOf = (name: string, bytes: Buffer, size = 65_537): UploadFile => ({
  ...{ name, sizeBytes: bytes.length },
  open: () => chunksOf(bytes, size),
});

const opened: Portal[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((portal) => portal.close()));
});

async function open(handle: Handler, writeWindowMs = 5_000) {
  const fake = await startPortal(handle);
  const given = { portalId: 'p', webhookUrl: fake.webhookUrl, requestLimitMs: 3_000, writeWindowMs };
  const portal = createPortal({ ...given, budgets: createMemoryBudgets() });
  opened.push(portal);
  const send = (files: UploadFile[], claim: (sentAt: Date) => Promise<boolean> = always) =>
    portal.timeline.addComment({ contactId: 7, text: 'text', lane: 'live', target: 't', claim, files });
  return { ...fake, portal, send };
}

const ok: Handler = (_body, _request, response) =>
  void response.end('{"result":41,"time":{"duration":0.2,"operating":0.2}}');

test.each([0, 1, 2, 3, 100, 65_537, 300_001])(
  '%s bytes arrive as they were, with a known length',
  async (size) => {
    let length = '';
    const { send, bodies } = await open((body, request, response) => {
      length = String(request.headers['content-length']);
      expect(Buffer.byteLength(body)).toBe(Number(length));
      ok(body, request, response);
    });
    const [first, second] = [randomBytes(size), randomBytes(10)];
    const sent = await send([fileOf('a "b".jpg', first, 1_000), fileOf('ü.ogg', second)]);
    expect(sent).toEqual({ kind: 'added', commentId: 41 });
    expect(bodies).toHaveLength(1);
    const [method = '', path = '', ...rest] = bodies[0]?.split(' ') ?? [];
    expect([method, path]).toEqual(['POST', `/rest/1/s3cr3t/${add}`]);
    expect(JSON.parse(rest.join(' '))).toEqual({
      fields: {
        ENTITY_ID: 7,
        ENTITY_TYPE: 'contact',
        COMMENT: 'text',
        FILES: [
          ['a "b".jpg', first.toString('base64')],
          ['ü.ogg', second.toString('base64')],
        ],
      },
    });
  },
);

test('the length of a body is known before it is made', async () => {
  const body = toUploadBody({ COMMENT: 'x' }, [fileOf('a', Buffer.alloc(7)), fileOf('b', Buffer.alloc(9))]);
  let bytes = 0;
  for await (const chunk of body.open()) bytes += chunk.length;
  expect(bytes).toBe(body.bytes);
});

test('what is not claimed is not sent', async () => {
  const { send, bodies } = await open(ok);
  expect(await send([fileOf('a', Buffer.alloc(9))], () => Promise.resolve(false))).toEqual({
    kind: 'notClaimed',
  });
  expect(bodies).toEqual([]);
});

test('a body that does not leave us within its window is given up, and its outcome is unknown', async () => {
  const { send, bodies } = await open(ok, 300);
  const slow: UploadFile = {
    ...{ name: 'a', sizeBytes: 12 },
    async *open() {
      yield Buffer.alloc(6);
      await new Promise(() => undefined);
      yield Buffer.alloc(6);
    },
  };
  const error = await failure(send([slow]));
  expect([error instanceof UnknownOutcomeError, error.code]).toEqual([true, 'NOT_WRITTEN_IN_TIME']);
  expect(bodies).toEqual([]);
});

test('a file that breaks off in the middle makes no request that a portal could carry out', async () => {
  const { send, bodies } = await open(ok);
  const torn: UploadFile = {
    ...{ name: 'a', sizeBytes: 12 },
    async *open() {
      yield await Promise.resolve(Buffer.alloc(6));
      throw new Error('torn');
    },
  };
  expect(await failure(send([torn]))).toBeInstanceOf(UnknownOutcomeError);
  const short = { name: 'a', sizeBytes: 12, open: () => chunksOf(Buffer.alloc(9), 3) };
  expect(await failure(send([short]))).toBeInstanceOf(UnknownOutcomeError);
  expect(bodies).toEqual([]);
});

test('two uploads hold no batch up, and a third is told to come back', async () => {
  const waiting: (() => void)[] = [];
  const { portal, send } = await open((body, request, response) => {
    if (request.url?.endsWith(add)) waiting.push(() => ok(body, request, response));
    else response.end('{"result":{"result":{"c0":42},"result_error":[],"result_time":{}}}');
  });
  const uploads = [send([fileOf('a', Buffer.alloc(9))]), send([fileOf('b', Buffer.alloc(9))])];
  expect(await send([fileOf('c', Buffer.alloc(9))])).toMatchObject({ kind: 'noPlace' });
  const live = { contactId: 8, text: 'live', lane: 'live', target: 'other', claim: always } as const;
  expect(await portal.timeline.addComment(live)).toEqual({ kind: 'added', commentId: 42 });
  while (waiting.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  for (const end of waiting) end();
  expect(await Promise.all(uploads)).toEqual([41, 41].map((commentId) => ({ kind: 'added', commentId })));
});

test('a page that lets no such request through refuses the files, if batches pass', async () => {
  const tooLarge: Handler = (_body, request, response) => {
    if (request.url?.endsWith(add)) response.writeHead(413).end('<html>413</html>');
    else response.end('{"result":{"result":{"c0":"now"},"result_error":[]}}');
  };
  const { send } = await open(tooLarge);
  const error = await failure(send([fileOf('a', Buffer.alloc(9))]));
  expect([error instanceof FilesRefusedError, error.code]).toEqual([true, 'HTTP_413']);
  const nothing = await open(
    (_body, _request, response) => void response.writeHead(404).end('<html>404</html>'),
  );
  expect(await failure(nothing.send([fileOf('a', Buffer.alloc(9))]))).toMatchObject({ scope: 'portal' });
});
