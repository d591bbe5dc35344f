import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { createSecretBox, hashToken } from '../../store/secret-box';

const key = Buffer.alloc(32, 1);
const box = createSecretBox(key);

test('what was sealed is opened again, and two seals of one secret differ', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (plain) => {
      const sealed = box.seal(plain);
      expect(box.open(sealed)).toBe(plain);
      expect(box.seal(plain)).not.toBe(sealed);
    }),
  );
});

test('another key opens nothing, and says nothing of the secret', () => {
  const sealed = box.seal('hunter2');
  expect(sealed).not.toContain('hunter2');
  const other = createSecretBox(randomBytes(32));
  let message = '';
  try {
    other.open(sealed);
  } catch (error) {
    message = (error as Error).message;
  }
  expect(message).not.toBe('');
  expect(message).not.toContain('hunter2');
});

test.each([1, 2, 3])('a changed byte in part %i is noticed', (place) => {
  const parts = box.seal('a secret of some length').split('.');
  const bytes = Buffer.from(parts[place] ?? '', 'base64url');
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  parts[place] = bytes.toString('base64url');
  expect(() => box.open(parts.join('.'))).toThrow();
});

test.each([4, 8, 12, 15])('a tag cut to %i bytes is refused', (length) => {
  const parts = box.seal('a secret').split('.');
  parts[2] = Buffer.from(parts[2] ?? '', 'base64url')
    .subarray(0, length)
    .toString('base64url');
  expect(() => box.open(parts.join('.'))).toThrow();
});

test.each(['', 'v1', 'v1.a.b', 'v2.AAAA.AAAA.AAAA', 'hunter2', 'v1...'])('%j is no sealed secret', (text) => {
  expect(() => box.open(text)).toThrow();
});

test('a token is kept as SHA-256 in hex', () => {
  expect(hashToken('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
