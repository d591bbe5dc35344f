import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { ZipFile } from 'yazl';
import { openExport, type ExportedFile, type RandomAccess } from '../../../whatsapp/export/archive';
import { ExportRefusedError } from '../../../whatsapp/export/refused';

const chatName = 'WhatsApp Chat with Jane.txt';

async function zipOf(files: Record<string, Buffer>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, bytes] of Object.entries(files))
    zip.addBuffer(bytes, name, { compress: bytes.length > 0 });
  zip.end();
  return buffer(zip.outputStream);
}

const sourceOf = (bytes: Buffer): RandomAccess => ({
  sizeBytes: bytes.length,
  async *read(from, to) {
    yield await Promise.resolve(bytes.subarray(from, to));
  },
});

const open = (bytes: Buffer): Promise<ExportedFile> => openExport(sourceOf(bytes));
const codeOf = (opening: Promise<unknown>): Promise<unknown> =>
  opening.then(
    () => 'taken',
    (error: unknown) => (error instanceof ExportRefusedError ? error.code : error),
  );
const textOf = async (file: ExportedFile): Promise<string> => {
  const chunks = [];
  for await (const chunk of file.readText()) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

const chat = Buffer.from('13/12/24, 14:03 - Jane: hi\n');

test('the text of an archive and its files are read, as often as they are asked for', async () => {
  const file = await open(await zipOf({ 'Chat/Счет 1.pdf': Buffer.from('pdf'), [`Chat/${chatName}`]: chat }));
  expect([file.chatName, [...file.names]]).toEqual([chatName, ['Счет 1.pdf']]);
  expect([await textOf(file), await textOf(file)]).toEqual([chat.toString(), chat.toString()]);
  const attached = await file.open('Счет 1.pdf');
  const bytes = [];
  for await (const chunk of attached?.bytes ?? []) bytes.push(chunk);
  expect([attached?.sizeBytes, Buffer.concat(bytes).toString()]).toEqual([3, 'pdf']);
  expect(await file.open('another')).toBeNull();
});

test('a text alone is a chat, and may be called anything', async () => {
  expect(await textOf(await open(chat))).toBe(chat.toString());
});

/** yazl writes no such names: they are put in place of one that is as long. */
const renamed = (bytes: Buffer, name: string): Buffer =>
  Buffer.from(bytes.toString('latin1').replaceAll('a'.repeat(name.length), name), 'latin1');

test.each(['../../../tmp/evil.txt', '/etc/cron.d/evil', 'C:\\windows\\evil', 'x\\..\\..\\evil'])(
  'an archive with the name %s is refused',
  async (name) => {
    const zip = await zipOf({ [chatName]: chat, ['a'.repeat(name.length)]: Buffer.from('x') });
    expect(await codeOf(open(renamed(zip, name)))).toBe('export_unsafe');
  },
);

test('a bomb is refused before it is unpacked', async () => {
  const zip = await zipOf({ [chatName]: Buffer.alloc(50_000_000, 'a') });
  expect(zip.length).toBeLessThan(100_000);
  expect(await codeOf(open(zip))).toBe('export_unsafe');
});

test('a bomb that hides how large it is ends where it should have', async () => {
  const zip = await zipOf({ [chatName]: Buffer.alloc(5_000_000, 'a') });
  const at = zip.lastIndexOf('PK\u0001\u0002', undefined, 'latin1');
  zip.writeUInt32LE(1_000, at + 24);
  expect(await codeOf(open(zip).then(textOf))).toBe('export_broken');
});

test('20,000 entries are refused', async () => {
  const names = Array.from({ length: 20_000 }, (_, index) => [`${index}.jpg`, Buffer.alloc(0)] as const);
  expect(await codeOf(open(await zipOf({ [chatName]: chat, ...Object.fromEntries(names) })))).toBe(
    'export_unsafe',
  );
});

test('an archive without a chat is refused, and one that is cut at any place', async () => {
  expect(await codeOf(open(await zipOf({ 'a.jpg': Buffer.from('x') })))).toBe('export_no_chat');
  const zip = await zipOf({ [chatName]: chat, 'a.jpg': Buffer.alloc(500, 'x') });
  for (let length = 4; length < zip.length; length += 7)
    expect(await codeOf(open(zip.subarray(0, length)))).toBe('export_broken');
});

test('a chat is found in any folder, beside a note and the shadows of macOS; of two chats none is taken', async () => {
  const shadow = Buffer.from('shadow');
  const file = await open(
    await zipOf({
      ...{ '__MACOSX/a/._WhatsApp Chat.txt': shadow, 'a/._WhatsApp Chat.txt': shadow },
      ...{ 'a/notes.txt': Buffer.from('a note'), 'a/b/Chat de WhatsApp con Jane.txt': chat },
    }),
  );
  expect([file.chatName, await textOf(file)]).toEqual(['Chat de WhatsApp con Jane.txt', chat.toString()]);
  expect(await codeOf(open(await zipOf({ 'Jane/_chat.txt': chat, 'Tom/_chat.txt': chat })))).toBe(
    'export_unsafe',
  );
});

test('any bytes as an archive give an answer', async () => {
  const zip = await zipOf({ [chatName]: chat, 'a.jpg': Buffer.alloc(300, 'x') });
  const change = fc.record({
    at: fc.integer({ min: 4, max: zip.length - 1 }),
    to: fc.integer({ min: 0, max: 255 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 5 }), async (changes) => {
      const bytes = Buffer.from(zip);
      for (const { at, to } of changes) bytes[at] = to;
      const code = await codeOf(open(bytes).then(async (file) => [await textOf(file), await readAll(file)]));
      expect(typeof code).toBe('string');
    }),
    { numRuns: 300 },
  );
});

async function readAll(file: ExportedFile): Promise<number> {
  let size = 0;
  for (const name of file.names)
    for await (const chunk of (await file.open(name))?.bytes ?? []) size += chunk.length;
  return size;
}
