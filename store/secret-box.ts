import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/**
 * Seals secrets before they are stored. Each is bound to its `record`, such as `portal/acme.bitrix24.com`: put beside another record it
 * does not open. `open` throws when the text was sealed with a key that is not known, for another record, or was changed.
 */
export interface SecretBox {
  seal(plain: string, record: string): string;
  open(sealed: string, record: string): string;
  /** The same secret sealed as it would be today; the text itself where it is. */
  renew(sealed: string, record: string): string;
  /** A key for another purpose, of which nothing leads back to this one. */
  derive(purpose: string): Buffer;
}

const algorithm = 'aes-256-gcm';

/** Names a key without giving anything of it away. */
const toKeyId = (key: Buffer): string =>
  createHmac('sha256', key).update('key id').digest('base64url').slice(0, 8);

const toAad = (record: string): Buffer => Buffer.from(`contact-link/${record}`);

function decipher(key: Buffer, parts: readonly string[], aad: Buffer | null): string {
  const [nonce, tag, sealed] = parts.map((part) => Buffer.from(part, 'base64url'));
  if (parts.length !== 3 || !nonce || !tag || !sealed) throw new Error('This is not a sealed secret.');
  const opening = createDecipheriv(algorithm, key, nonce, { authTagLength: 16 });
  if (aad) opening.setAAD(aad);
  opening.setAuthTag(tag);
  return Buffer.concat([opening.update(sealed), opening.final()]).toString('utf8');
}

/** The first key that opens it; else what the last one threw. */
function tryAll(keys: readonly Buffer[], open: (key: Buffer) => string): string {
  let failure: unknown;
  for (const key of keys) {
    try {
      return open(key);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

/**
 * AES-256-GCM; the sealed form is `v2.<key id>.<nonce>.<tag>.<cipher>`, the last three in base64url. `v1.<nonce>.<tag>.<cipher>`, of before, had neither
 * key id nor record and still opens. `key` (32 bytes) seals; it and `former` open.
 */
export function createSecretBox(key: Buffer, former: readonly Buffer[] = []): SecretBox {
  const keys = new Map([key, ...former].map((one) => [toKeyId(one), one]));
  const keyId = toKeyId(key);
  const box: SecretBox = {
    seal(plain, record) {
      const nonce = randomBytes(12);
      const sealing = createCipheriv(algorithm, key, nonce).setAAD(toAad(record));
      const sealed = Buffer.concat([sealing.update(plain, 'utf8'), sealing.final()]);
      const parts = [nonce, sealing.getAuthTag(), sealed].map((part) => part.toString('base64url'));
      return ['v2', keyId, ...parts].join('.');
    },
    open(text, record) {
      const [version, ...parts] = text.split('.');
      if (version === 'v1') return tryAll([...keys.values()], (one) => decipher(one, parts, null));
      const [id = '', ...rest] = parts;
      const known = keys.get(id);
      if (version !== 'v2' || !known) throw new Error('This was not sealed with a key that is known.');
      return decipher(known, rest, toAad(record));
    },
    renew: (text, record) =>
      text.startsWith(`v2.${keyId}.`) ? text : box.seal(box.open(text, record), record),
    derive: (purpose) => Buffer.from(hkdfSync('sha256', key, '', `contact-link/${purpose}`, 32)),
  };
  return box;
}

/** SHA-256 of a token, hex; the token itself is shown once and not kept. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');
