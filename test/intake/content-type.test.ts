import { findOtherType, peek } from '../../intake/files/content-type';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const program = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(100, 1)]);
const png = hex('89504e470d0a1a0a 00ff');
const jpeg = hex('ffd8ffe000104a46494600010100');
const mp4 = Buffer.concat([hex('00000020'), Buffer.from('ftypisom'), Buffer.alloc(20)]);
const ogg = Buffer.concat([Buffer.from('OggS'), hex('00020000')]);
const zip = hex('504b0304 14000800');

test.each<[string, Uint8Array, string, string]>([
  ['a program called a picture', program, 'image/jpeg', 'application/x-msdownload'],
  ['a program called a PDF', program, 'application/pdf; name=x', 'application/x-msdownload'],
  ['a program called a text', hex('7f454c46020101'), 'text/plain', 'application/x-executable'],
  ['an archive called a picture', zip, 'IMAGE/PNG', 'application/zip'],
  ['a film called a picture', mp4, 'image/webp', 'video/mp4'],
  ['a picture called a voice note', jpeg, 'audio/ogg; codecs=opus', 'image/jpeg'],
])('%s is told apart', (_, bytes, type, other) => {
  expect(findOtherType(bytes, type)).toBe(other);
});

test.each<[string, Uint8Array, string | null]>([
  ['a picture of another format', png, 'image/jpeg'],
  ['a film without pictures', mp4, 'audio/mp4'],
  ['a voice note', ogg, 'audio/ogg; codecs=opus'],
  [
    'a document that is an archive within',
    zip,
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  ],
  ['a program that says so', program, 'application/x-msdownload'],
  ['a file of which nothing is said', program, null],
  ['bytes that nobody knows', Buffer.from('a voice'), 'audio/ogg'],
  ['an empty file', Buffer.alloc(0), 'image/png'],
])('%s is what it is called', (_, bytes, type) => {
  expect(findOtherType(bytes, type)).toBeNull();
});

test('what was read to know a file is given back with the rest, whatever the pieces', async () => {
  for (const size of [0, 1, 4_099, 4_100, 4_101, 20_000]) {
    const bytes = Buffer.from(Array.from({ length: size }, (_, index) => index % 251));
    async function* pieces() {
      for (let at = 0; at < size; at += 700) yield await Promise.resolve(bytes.subarray(at, at + 700));
    }
    const { head, all } = await peek(pieces());
    expect(head.equals(bytes.subarray(0, 4_100))).toBe(true);
    const read: Uint8Array[] = [];
    for await (const piece of all) read.push(piece);
    expect(Buffer.concat(read).equals(bytes)).toBe(true);
  }
});

test('a source that breaks off is not taken for a whole file', async () => {
  async function* broken() {
    yield await Promise.resolve(Buffer.alloc(5_000));
    throw new Error('cut off');
  }
  const { all } = await peek(broken());
  await expect(
    (async () => {
      for await (const piece of all) expect(piece.length).toBe(5_000);
    })(),
  ).rejects.toThrow('cut off');
});
