/** Fields that may hold something personal or secret, by their name in small letters without `_` and `-`. */
const hiddenNames = new Set(
  [
    'name names firstname lastname pushname displayname verifiedname fullname username',
    'phone phones e164 jid lid wid participant',
    'text body caption comment content title note',
    'token secret password passphrase authorization cookie setcookie apikey hmac signature',
    'webhookurl accesstoken refreshtoken applicationtoken clientsecret admintoken encryptionkey mongodburi',
  ]
    .join(' ')
    .split(' '),
);
const hiddenEnding = /(phone|token|secret|password|apikey)$/;

const mask = '[hidden]';

/**
 * Forms of personal or secret things inside any text: phones, WhatsApp ids, webhook addresses, credentials. No form may be tried
 * at each place of a run that it cannot end in: a line of 100 kB of digits would take minutes.
 */
const patterns: Array<[RegExp, string]> = [
  [/\/rest\/\d+\/[^/\s"']+/g, '/rest/[hidden]'],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, `$1 ${mask}`],
  [/:\/\/[^/@\s"]+@/g, `://${mask}@`],
  [/([?&](?:auth|access_token|token|secret)=)[^&\s"]+/gi, `$1${mask}`],
  [/(?<!\d)\d{7,}(:\d+)?@[a-z.]+/gi, mask],
  [/\+\d(?:[\s().\u00a0\u2011/-]*\d){6,}/g, mask],
];

/** The text without phones, WhatsApp ids, webhook secrets and credentials. */
export function maskText(text: string): string {
  return patterns.reduce((masked, [pattern, replacement]) => masked.replace(pattern, replacement), text);
}

/** The JSON value with personal and secret fields replaced, at any depth, and every text masked. */
export function maskValue(value: unknown): unknown {
  if (typeof value === 'string') return maskText(value);
  if (Array.isArray(value)) return value.map(maskValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name,
      isHiddenName(name) && field !== null ? mask : maskValue(field),
    ]),
  );
}

function isHiddenName(name: string): boolean {
  const plain = name.toLowerCase().replaceAll(/[_-]/g, '');
  return hiddenNames.has(plain) || hiddenEnding.test(plain);
}
