import { AskAdminError, Bitrix24Error, PortalUnreachableError } from '../errors';
import { parseBody } from './answer';
import { type Body, type ExchangeOptions, type HttpAnswer, post } from './exchange';
import { findNewAddress } from './new-address';
import { isSamePortal, type PortalFacts } from './same-portal';

export interface AddressOptions {
  /** `https://<portal>/rest/<user>/<secret>/`: a secret, never logged. It is what was configured, and stays the truth. */
  webhookUrl: string;
  /** The origin that the portal was seen to have moved to, by an earlier client of the same credentials. */
  movedTo?: string | null | undefined;
  /** What the portal is known by; null before it was asked. */
  facts?: (() => PortalFacts | null) | undefined;
  /** The portal moved to another origin, or is back (null). */
  onMoved?: ((origin: string | null) => void) | undefined;
  /** How often a moved portal is looked for at its configured address; default 10 min. */
  homeEveryMs?: number | undefined;
}

/** Where a portal is reached. */
export interface Address {
  /** One request, sent a second time only where the first was answered by a redirect or not carried out. */
  send(method: string, body: Body, options: ExchangeOptions): Promise<HttpAnswer>;
}

const ASIDE_MS = 5_000;

/** Limits for a question aside, which must not use up the time of the request that it is asked for. */
const shortly = ({ method, signal }: Pick<ExchangeOptions, 'method' | 'signal'>): ExchangeOptions => ({
  method,
  signal,
  writeBeforeMs: performance.now() + ASIDE_MS,
  answerTimeoutMs: ASIDE_MS,
});

/** The answer of a request that was not carried out where it was sent. */
const isTurnedAway = ({ status }: HttpAnswer): boolean =>
  (status >= 300 && status < 400) || [401, 403, 404].includes(status);
const isRedirect = ({ status }: HttpAnswer): boolean => status >= 300 && status < 400;
const isNotSent = (error: unknown): boolean =>
  error instanceof PortalUnreachableError && !['ABORTED', 'NOT_WRITTEN_IN_TIME'].includes(error.code);
const isAnswer = ({ text }: HttpAnswer): boolean => parseBody(text)?.['result'] !== undefined;

export function createAddress(settings: AddressOptions): Address {
  const { webhookUrl, movedTo, facts = () => null, onMoved, homeEveryMs = 10 * 60_000 } = settings;
  const home = new URL(webhookUrl.endsWith('/') ? webhookUrl : `${webhookUrl}/`);
  let moved = movedTo ? findNewAddress(new URL(home.pathname, movedTo).href, home) : null;
  let homeAskedAtMs = performance.now();

  function moveTo(base: URL | null): void {
    if (moved?.origin === base?.origin) return;
    moved = base;
    homeAskedAtMs = performance.now();
    onMoved?.(base?.origin ?? null);
  }

  /** Asked something harmless, so that no write is risked on an address that only may be right again. */
  async function lookHome(): Promise<void> {
    if (performance.now() - homeAskedAtMs < homeEveryMs) return;
    homeAskedAtMs = performance.now();
    const method = 'server.time';
    const answer = await post(new URL(method, home), '{}', shortly({ method, signal: undefined }));
    if (isAnswer(answer)) moveTo(null);
  }

  /** Throws unless the configured address sends us to the same portal. */
  async function follow(method: string, answer: HttpAnswer, options: ExchangeOptions): Promise<URL> {
    const target = findNewAddress(answer.location, new URL(method, home));
    const base = target && new URL('.', target);
    if (!base) throw movedAway(method, 'MOVED');
    if (base.origin === moved?.origin) return base;
    const known = facts();
    const isSame = known !== null && (await isSamePortal(base, known, shortly(options)).catch(throwOwn));
    if (!isSame) throw movedAway(method, 'MOVED_UNPROVEN');
    moveTo(base);
    return base;
  }

  async function sendHome(method: string, body: Body, options: ExchangeOptions): Promise<HttpAnswer> {
    const answer = await post(new URL(method, home), body, options);
    if (!isRedirect(answer)) {
      if (isAnswer(answer)) moveTo(null);
      return answer;
    }
    const base = await follow(method, answer, options);
    const repeated = await post(new URL(method, base), body, options);
    if (isRedirect(repeated)) throw movedAway(method, 'MOVED');
    return repeated;
  }

  async function send(method: string, body: Body, options: ExchangeOptions): Promise<HttpAnswer> {
    if (!moved) return sendHome(method, body, options);
    void lookHome().catch(() => undefined);
    try {
      const answer = await post(new URL(method, moved), body, options);
      if (!isTurnedAway(answer)) return answer;
    } catch (error) {
      if (!isNotSent(error)) throw error;
    }
    return sendHome(method, body, options);
  }

  return { send };
}

/** A host that cannot be asked is not proven; an abort of ours is no word about it. */
function throwOwn(error: unknown): false {
  if (error instanceof Bitrix24Error && error.code !== 'ABORTED') return false;
  throw error;
}

const movedAway = (method: string, code: 'MOVED' | 'MOVED_UNPROVEN') =>
  new AskAdminError({
    code,
    method,
    advice:
      'The address of the portal sends us to another host, which is not seen to be the same portal, so nothing was sent there: if the portal moved, create a new webhook there and enter it here.',
    scope: 'portal',
  });
