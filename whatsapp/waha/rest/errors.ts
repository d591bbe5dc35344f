/** The facts of every error of this room. Nothing of a body, no key and no name of a chat goes into them. */
interface ErrorFacts {
  /** The route without ids, such as `chats/messages`. */
  call: string;
  status?: number | undefined;
  cause?: unknown;
}

/** Base of everything this room throws: one subclass per remedy; `advice` is a sentence for a person. */
export abstract class WahaError extends Error {
  abstract readonly advice: string;
  readonly call: string;
  readonly status: number | null;

  constructor(message: string, { call, status, cause }: ErrorFacts) {
    const where = status === undefined ? call : `${call}: ${status}`;
    super(`${message} (${where})`, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.call = call;
    this.status = status ?? null;
  }
}

/** Nothing answers, not in time, or a proxy answers in WAHA's place: the same may be asked again later. */
export class WahaUnreachableError extends WahaError {
  readonly advice = 'Check that WAHA runs and that its address can be reached from here.';

  constructor(facts: ErrorFacts) {
    super('WAHA does not answer', facts);
  }
}

/** 401 and 403: nothing is answered until the API key is renewed. */
export class WahaKeyError extends WahaError {
  readonly advice = 'Set the account’s apiKey to WAHA’s own (WAHA_API_KEY).';

  constructor(facts: ErrorFacts) {
    super('WAHA does not accept our API key', facts);
  }
}

/** 404: there is no such session, chat or message. */
export class WahaMissingError extends WahaError {
  readonly advice = 'Set the account up again: WAHA no longer has its session.';

  constructor(facts: ErrorFacts) {
    super('WAHA has no such thing', facts);
  }
}

/** 409 and 422: the session is in a state that this cannot be done in. */
export class WahaStateError extends WahaError {
  readonly advice = 'Look at the session’s state: it must be started, and scanned for chats.';

  constructor(facts: ErrorFacts) {
    super('The session’s state does not allow this', facts);
  }
}

/** An answer that is not WAHA’s: a redirect, too large, another form, or a refusal of the request itself. */
export class WahaAnswerError extends WahaError {
  readonly advice = 'Check the account’s baseUrl: what answers there is not a WAHA that is known here.';

  constructor(reason: string, facts: ErrorFacts) {
    super(reason, facts);
  }
}
