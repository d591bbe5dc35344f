/** The facts of every error of this room. `cause` never holds a body or an address with a secret. */
export interface ErrorFacts {
  /** Bitrix24's own code, or ours in capitals where the portal said nothing. */
  code: string;
  method?: string | undefined;
  cause?: unknown;
  /** The portal was not asked: this is known of it, and it is asked again after so many ms. */
  nextProbeMs?: number | undefined;
}

/** Base of everything this room throws: one subclass per remedy; messages hold nothing personal and no secret. */
export abstract class Bitrix24Error extends Error {
  readonly code: string;
  readonly method: string | undefined;
  readonly nextProbeMs: number | undefined;

  constructor(message: string, { code, method, cause, nextProbeMs }: ErrorFacts) {
    super(`${message} (${method ? `${method}: ` : ''}${code})`, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.method = method;
    this.nextProbeMs = nextProbeMs;
  }
}

export type WaitScope = 'requests' | 'method' | 'portal';

/** Nothing was carried out; the same request may be sent after `retryAfterMs`. Our own pacing throws it too. */
export class WaitUntilError extends Bitrix24Error {
  readonly retryAfterMs: number;
  readonly scope: WaitScope;

  constructor(facts: ErrorFacts & { retryAfterMs: number; scope: WaitScope }) {
    super(`Bitrix24 wants us to wait ${Math.ceil(facts.retryAfterMs / 1000)} s`, facts);
    this.retryAfterMs = facts.retryAfterMs;
    this.scope = facts.scope;
  }
}

/** Certainly not sent: no address, no connection, no TLS, or given up before a byte went out. */
export class PortalUnreachableError extends Bitrix24Error {
  constructor(facts: ErrorFacts) {
    super('The request was not sent to the portal', facts);
  }
}

/** The credentials are expired or revoked: nothing was carried out and nothing will be until they are renewed. */
export class ReauthoriseError extends Bitrix24Error {
  constructor(facts: ErrorFacts) {
    super('The portal no longer accepts our credentials', facts);
  }
}

/** How far an administrator's refusal reaches: this command, this request (for one of its commands, perhaps), everything. */
export type RefusalScope = 'command' | 'request' | 'portal';

/** A field that the portal wants filled. `name` is null where only its title is known. */
export interface RequiredField {
  /** As the portal calls it, such as `UF_CRM_1700000000`. */
  name: string | null;
  /** Its staff's own name for it, not for logs. */
  title: string;
  type: string | null;
  /** The values to choose from, where it is a list. */
  options: { id: string; title: string }[];
}

/**
 * Refused for a reason that only an administrator of the portal can take away; `advice` is a sentence for them.
 * `requiredFields`: what it wants filled, where that is the reason.
 */
export class AskAdminError extends Bitrix24Error {
  readonly advice: string;
  readonly scope: RefusalScope;
  readonly requiredFields: readonly RequiredField[];

  constructor(
    facts: ErrorFacts & {
      advice: string;
      scope?: RefusalScope | undefined;
      requiredFields?: readonly RequiredField[] | undefined;
    },
  ) {
    super('The portal refuses this until its administrator changes something', facts);
    this.advice = facts.advice;
    this.scope = facts.scope ?? 'command';
    this.requiredFields = facts.requiredFields ?? [];
  }
}

/** The contact was deleted or merged into another one, as the contact itself was answered. */
export class ContactGoneError extends Bitrix24Error {
  readonly crmContactId: number;

  constructor(facts: ErrorFacts & { crmContactId: number }) {
    super(`Contact ${facts.crmContactId} no longer exists`, facts);
    this.crmContactId = facts.crmContactId;
  }
}

/**
 * This parameter was refused and would be refused again; `field` where the portal names it. Only with `isAboutText` is it
 * seen to be the text of a comment: nothing else may change what a person reads.
 */
export class BadRequestError extends Bitrix24Error {
  readonly field: string | undefined;
  readonly isAboutText: boolean;

  constructor(facts: ErrorFacts & { field?: string | undefined; isAboutText?: boolean | undefined }) {
    super('The portal refuses the content of this request', facts);
    this.field = facts.field;
    this.isAboutText = facts.isAboutText ?? false;
  }
}

/**
 * Refused for a reason that is not known here: it may pass later as it is, and part of it may have been carried out. A write
 * is read for before it is sent again.
 */
export class UnclearRefusalError extends Bitrix24Error {
  constructor(facts: ErrorFacts) {
    super('The portal refuses this for a reason that is not known here', facts);
  }
}

/**
 * A timeline says that its contact was not found, which some portals say of every contact: whether this one is gone, only
 * the contact itself tells.
 */
export class OwnerNotFoundError extends UnclearRefusalError {
  readonly crmContactId: number;

  constructor(facts: ErrorFacts & { crmContactId: number }) {
    super(facts);
    this.crmContactId = facts.crmContactId;
  }
}

/** The request is not let through for its files: without them it may be. */
export class FilesRefusedError extends Bitrix24Error {
  constructor(facts: ErrorFacts) {
    super('The portal refuses the files of this request', facts);
  }
}

/** The request may have been carried out, even after this error: read before sending a write again. */
export class UnknownOutcomeError extends Bitrix24Error {
  constructor(facts: ErrorFacts) {
    super('It is not known whether the portal carried this out', facts);
  }
}

/** The portal was removed or its public part closed. */
export class PortalGoneError extends Bitrix24Error {
  constructor(facts: ErrorFacts) {
    super('The portal no longer exists', facts);
  }
}

/** Bitrix24 blocked the REST interface of this portal by hand. */
export class PortalBlockedError extends Bitrix24Error {
  constructor(facts: ErrorFacts) {
    super('Bitrix24 has blocked this portal for overload', facts);
  }
}
