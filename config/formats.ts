import { isIP } from 'node:net';

const unitsMs: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `1500ms`, `60s`, `3m`, `1.5h`, `1d` in milliseconds; null for anything else. */
export function parseDurationMs(value: string): number | null {
  const match = /^(\d{1,9}(?:\.\d{1,3})?)\s*(ms|s|m|h|d)$/.exec(value.trim());
  return match ? Math.round(Number(match[1]) * (unitsMs[match[2] ?? ''] ?? NaN)) : null;
}

/** 32 bytes from 64 hex digits or base64 (also its URL form); null for anything else. */
export function parseKey(value: string): Buffer | null {
  if (/^[\da-f]{64}$/i.test(value)) return Buffer.from(value, 'hex');
  if (!/^[\w+/-]{43}=?$/.test(value)) return null;
  const key = Buffer.from(value, 'base64');
  return key.length === 32 ? key : null;
}

/** Regions that CLDR names but that have no phone numbers of their own: groupings, test codes, uninhabited places. */
const notCountries = new Set('AQ BV CP CQ DG EA EU EZ GS HM IC PN QO TF UM UN XA XB ZZ'.split(' '));
const regionNames = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

/** Two capital letters of ISO 3166-1; `UK` is not one, Great Britain's is `GB`. */
export function isCountry(value: string): boolean {
  if (!/^[A-Z]{2}$/.test(value) || notCountries.has(value)) return false;
  return regionNames.of(value) !== undefined && new Intl.Locale(`und-${value}`).region === value;
}

/** A zone of the IANA list that this Node knows; offsets such as `+02:00` are none, as they know no summer time. */
export function isTimeZone(value: string): boolean {
  if (!/^[A-Za-z]/.test(value)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return true;
  } catch {
    return false;
  }
}

/** `chrome-extension://<id>,https://crm.example`: schemes with a host, without a path; `*` is none. */
export const areOrigins = (value: string): boolean =>
  value
    .split(',')
    .every((origin) =>
      /^(?:https?|(?:chrome|moz|safari-web)-extension):\/\/[A-Za-z0-9.-]+(?::\d{1,5})?$/.test(origin.trim()),
    );

/** Addresses and networks in CIDR form, or the names that express knows; all of the world is none. */
export const areProxies = (value: string): boolean =>
  value.split(',').every((one) => {
    const [address = '', bits, ...rest] = one.trim().toLowerCase().split('/');
    if (['loopback', 'linklocal', 'uniquelocal'].includes(address)) return bits === undefined;
    const most = { 4: 32, 6: 128 }[isIP(address)];
    if (most === undefined || rest.length > 0) return false;
    return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= most);
  });

/** Pages of the web are none of them: in a frame of theirs somebody could be made to click on what they do not see. */
export const areExtensions = (value: string): boolean =>
  areOrigins(value) && value.split(',').every((origin) => !/^https?:/.test(origin.trim()));

export function isWebAddress(value: string): boolean {
  const url = toUrl(value);
  return url !== null && ['http:', 'https:'].includes(url.protocol) && url.username === '';
}

/** Bitrix24 gives `https://host/rest/<user id>/<secret>/`; the secret in it must not travel unencrypted. */
export function isWebhookUrl(value: string): boolean {
  const url = toUrl(value);
  if (!url || url.username || url.search || url.hash) return false;
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) return false;
  return /^\/rest\/\d+\/[\w-]+\/*$/.test(url.pathname);
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function toUrl(value: string): URL | null {
  return URL.canParse(value) ? new URL(value) : null;
}

const database = 'contact_link';

/**
 * A MongoDB connection string that names a database, ours when it names none; null when it is no connection string.
 * Naming a database changes where MongoDB looks for the user, so `authSource` is written down with it.
 */
export function withDatabase(uri: string): string | null {
  const match = /^(mongodb(?:\+srv)?:\/\/)((?:[^@/\s]+@)?)([^/?#@\s]+)(?:\/([^/?#\s]*))?(\?[^#\s]*)?$/.exec(
    uri,
  );
  if (!match) return null;
  const [, scheme = '', user = '', hosts = '', named, query = ''] = match;
  if (named) return uri;
  const needsSource = user !== '' && !/[?&]auth(Source|Mechanism)=/i.test(query);
  const source = needsSource ? `${query ? '&' : '?'}authSource=admin` : '';
  return `${scheme}${user}${hosts}/${database}${query}${source}`;
}
