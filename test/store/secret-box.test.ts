import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { createSecretBox, hashToken } from '../../store/secret-box';

const key = Buffer.alloc(32, 1);
const box = createSecretBox(key);
const record = 'portal/acme.example';

test('what was sealed is opened again, and two seals of one secret differ', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (plain) => {
      const sealed = box.seal(plain, record);
      expect(box.open(sealed, record)).toBe(plain);
      expect(box.seal(plain, record)).not.toBe(sealed);
    }),
  );
});

test('another key opens nothing, and says nothing of the secret', () => {
  const sealed = box.seal('hunter2', record);
  expect(sealed).not.toContain('hunter2');
  const other = createSecretBox(randomBytes(32));
  let message = '';
  try {
    other.open(sealed, record);
  } catch (error) {
    message = (error as Error).message;
  }
  expect(message).not.toBe('');
  expect(message).not.toContain('hunter2');
});

test.each([2, 3, 4])('a changed byte in part %i is noticed', (place) => {
  const parts = box.seal('a secret of some length', record).split('.');
  const bytes = Buffer.from(parts[place] ?? '', 'base64url');
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  parts[place] = bytes.toString('base64url');
  expect(() => box.open(parts.join('.'), record)).toThrow();
});

test.each([4, 8, 12, 15])('a tag cut to %i bytes is refused', (length) => {
  const parts = box.seal('a secret', record).split('.');
  parts[3] = Buffer.from(parts[3] ?? '', 'base64url')
    .subarray(0, length)
    .toString('base64url');
  expect(() => box.open(parts.join('.'), record)).toThrow();
});

test.each(['', 'v1', 'v1.a.b', 'v2.AAAA.AAAA.AAAA', 'hunter2', 'v1...', 'v2.AAAAAAAA...', 'v3.a.b.c.d'])(
  '%j is no sealed secret',
  (text) => {
    expect(() => box.open(text, record)).toThrow();
  },
);

/** As it was written before secrets were bound to their records. */
const sealedBefore = 'v1.BQUFBQUFBQUFBQUF.uZMbHwzI_pNq0WgL04Vx7w.YIKSUAHAVvNVdR68o_aT5RKc';

test('a secret that was sealed before there were records still opens, and is sealed as today when it is renewed', () => {
  expect(box.open(sealedBefore, record)).toBe('a secret of before');
  const renewed = box.renew(sealedBefore, record);
  expect(renewed).toMatch(/^v2\./);
  expect(box.open(renewed, record)).toBe('a secret of before');
  expect(box.renew(renewed, record)).toBe(renewed);
});

test('a secret opens beside its own record only', () => {
  const sealed = box.seal('a secret', record);
  expect(() => box.open(sealed, 'portal/other.example')).toThrow();
});

test('a new key opens with the one before beside it, and renews what that one sealed', () => {
  const sealed = box.seal('a secret', record);
  const next = createSecretBox(Buffer.alloc(32, 2), [key]);
  const renewed = next.renew(sealed, record);
  expect([next.open(sealed, record), next.open(renewed, record)]).toEqual(['a secret', 'a secret']);
  expect(next.open(sealedBefore, record)).toBe('a secret of before');
  expect(() => box.open(renewed, record)).toThrow();
  expect(createSecretBox(Buffer.alloc(32, 2)).open(renewed, record)).toBe('a secret');
});

test('keys for other purposes differ from each other and tell nothing of the first', () => {
  const [cursors, cookies] = [box.derive('cursors'), box.derive('session-cookie')];
  expect([cursors.length, cookies.length]).toEqual([32, 32]);
  expect(cursors.equals(cookies) || cursors.equals(key)).toBe(false);
  expect(createSecretBox(key).derive('cursors').equals(cursors)).toBe(true);
});

test('a token is kept as SHA-256 in hex', () => {
  expect(hashToken('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
