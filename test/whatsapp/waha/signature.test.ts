import { verifySignature } from '../../../whatsapp/waha/signature';

/** WAHA's documented vector. */
const signed = {
  rawBody: Buffer.from('{"event":"message","session":"default","engine":"WEBJS"}'),
  hmacHex:
    '208f8a55dde9e05519e898b10b89bf0d0b3b0fdf11fdbf09b6b90476301b98d8097c462b2b17a6ce93b6b47a136cf2e78a33a63f6752c2c1631777076153fa89',
  algorithm: 'sha512',
  key: 'my-secret-key',
};

test('a body signed with the key is accepted', () => {
  expect(verifySignature(signed)).toBe(true);
  expect(verifySignature({ ...signed, hmacHex: signed.hmacHex.toUpperCase(), algorithm: 'SHA512' })).toBe(
    true,
  );
});

test.each([
  ['another key', { key: 'my-secret-keY' }],
  ['no key', { key: '' }],
  ['a changed body', { rawBody: Buffer.from('{"event":"message","session":"default","engine":"NOWEB"}') }],
  ['no body', { rawBody: Buffer.alloc(0) }],
  ['no signature', { hmacHex: undefined }],
  ['an empty signature', { hmacHex: '' }],
  ['a short signature', { hmacHex: signed.hmacHex.slice(2) }],
  ['a long signature', { hmacHex: `${signed.hmacHex}00` }],
  ['a signature that is no hex', { hmacHex: 'z'.repeat(128) }],
  ['a changed signature', { hmacHex: `3${signed.hmacHex.slice(1)}` }],
  ['another algorithm', { algorithm: 'sha256' }],
  ['no algorithm', { algorithm: undefined }],
])('%s is refused', (_name, change) => {
  expect(verifySignature({ ...signed, ...change })).toBe(false);
});
