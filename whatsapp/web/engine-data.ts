/**
 * `_data` is what WAHA's engine saw: whatsapp-web.js, Baileys (NOWEB) or whatsmeow (GOWS) each in its own shape, and
 * undocumented. It is probed, never relied upon.
 */

/** Go's field names begin with a capital unless WAHA changed them, so that both casings are looked for. */
function readKey(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const casings = [
    key,
    key.charAt(0).toUpperCase() + key.slice(1),
    key.charAt(0).toLowerCase() + key.slice(1),
  ];
  const own = casings.find((casing) => Object.hasOwn(value, casing));
  return own === undefined ? undefined : (value as Record<string, unknown>)[own];
}

/** The value at the end of the path, or undefined where the path ends early. */
export const readPath = (value: unknown, ...keys: string[]): unknown => keys.reduce(readKey, value);

export function readText(value: unknown, ...keys: string[]): string | null {
  const found = readPath(value, ...keys);
  return typeof found === 'string' && found !== '' ? found : null;
}

/** A number, as its text, or as the two halves in which Baileys gives a long one. */
export function readNumber(value: unknown, ...keys: string[]): number | null {
  const found = readPath(value, ...keys);
  if (typeof found === 'number') return Number.isFinite(found) ? found : null;
  if (typeof found === 'string') return /^-?\d{1,16}(?:\.\d{1,12})?$/.test(found) ? Number(found) : null;
  const [low, high] = [readPath(found, 'low'), readPath(found, 'high')];
  return typeof low === 'number' && typeof high === 'number' ? high * 2 ** 32 + (low >>> 0) : null;
}

export const readList = (value: unknown, ...keys: string[]): unknown[] => {
  const found = readPath(value, ...keys);
  return Array.isArray(found) ? found : [];
};

/** The first text at the end of one of the paths, each written with dots. */
export const firstText = (value: unknown, paths: readonly string[]): string | null =>
  paths.map((path) => readText(value, ...path.split('.'))).find((text) => text?.trim()) ?? null;

/** An address as text, or as whatsapp-web.js and whatsmeow give one at times. */
export function readJid(value: unknown): string | null {
  if (typeof value === 'string') return value || null;
  return readText(value, '_serialized');
}

/** The other form, phone or LID, of the addresses in a message. */
export interface OtherAddresses {
  /** Of the sender: the peer of an incoming message, ourselves in an own one (Baileys, at times, the peer). */
  sender: (string | null)[];
  /** Of the receiver; whatsmeow gives it for own messages. */
  recipient: (string | null)[];
}

export const readOtherAddresses = (data: unknown): OtherAddresses => ({
  sender: [
    readText(data, 'key', 'participantAlt'),
    readText(data, 'Info', 'SenderAlt'),
    readText(data, 'key', 'remoteJidAlt'),
  ],
  recipient: [readText(data, 'Info', 'RecipientAlt')],
});

/** The sender's username; Baileys gives it, in groups as the participant's. */
export const readUsername = (data: unknown): string | null =>
  readText(data, 'key', 'participantUsername') ?? readText(data, 'key', 'remoteJidUsername');

/** The name that the sender chose, in each engine's words for it. */
export const readPushName = (data: unknown): string | null =>
  readText(data, 'notifyName') ?? readText(data, 'pushName') ?? readText(data, 'Info', 'PushName');

/** WhatsApp's own message inside `_data`: which kind of content, and the content. */
export interface EngineContent {
  key: string;
  content: unknown;
}

const wrappers = new Set([
  'ephemeralMessage',
  'viewOnceMessage',
  'viewOnceMessageV2',
  'viewOnceMessageV2Extension',
  'documentWithCaptionMessage',
  'deviceSentMessage',
  'editedMessage',
]);
/** These accompany a message and are none. */
const companions = new Set(['messageContextInfo', 'senderKeyDistributionMessage']);
const maxWrappers = 8;

/** Newer polls stand in an envelope, older ones do not. */
const isWrapper = (key: string): boolean => wrappers.has(key) || key.startsWith('pollCreationMessageV');

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** WhatsApp's message holds only what accompanies one: nothing was said. */
export function isOnlyCompanions(data: unknown): boolean {
  const message = readPath(data, 'message');
  const keys = isObject(message) ? Object.keys(message) : [];
  return keys.length > 0 && keys.every((key) => companions.has(key));
}

/** The content without the envelopes WhatsApp puts around disappearing, view-once and captioned messages. */
export function findOuterContent(data: unknown): EngineContent | null {
  let message = readPath(data, 'message');
  for (let depth = 0; depth < maxWrappers; depth += 1) {
    if (!isObject(message)) return null;
    const entries: [string, unknown][] = Object.entries(message);
    const [key, content] = entries.find(([name, value]) => !companions.has(name) && value != null) ?? [];
    if (key === undefined) return null;
    const inner = isWrapper(key) ? readPath(content, 'message') : undefined;
    if (inner == null) return { key, content };
    message = inner;
  }
  return null;
}

/** The envelopes around the content, the outermost first. */
export function listWrappers(data: unknown): string[] {
  const found: string[] = [];
  let message = readPath(data, 'message');
  for (let depth = 0; depth < maxWrappers && isObject(message); depth += 1) {
    const [key] = Object.keys(message).filter(isWrapper);
    if (key === undefined) return found;
    found.push(key);
    message = readPath(message, key, 'message');
  }
  return found;
}

/** The same, and of an edit its new content. */
export function findContent(data: unknown): EngineContent | null {
  const outer = findOuterContent(data);
  const message = outer?.key === 'protocolMessage' ? readPath(outer.content, 'editedMessage') : undefined;
  return message == null ? outer : findOuterContent({ message });
}
