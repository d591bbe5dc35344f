import { z } from 'zod';
import type { AccountDoc, AccountKind } from '../../store/accounts';
import type { Store } from '../../store/store';
import { parseInput } from '../http/endpoint';
import { badField } from '../http/problem';
import { newVerifyToken, parseNewMetaSettings, toMetaChange } from '../meta/settings';
import { newHmacKey, parseNewSettings, toWahaChange } from '../waha/settings';

/** What the settings of a new account come to. */
export interface NewSettings {
  /** What its webhooks are signed with. */
  hmacKey: string | null;
  /** Secrets that we made: shown once. */
  made: { hmacKey: string | null; verifyToken: string | null };
  /** What is kept beside the account itself; a crash before leaves an account whose settings are given anew. */
  save: (store: Store, account: AccountDoc) => Promise<void>;
}

const none: NewSettings = {
  hmacKey: null,
  made: { hmacKey: null, verifyToken: null },
  save: () => Promise.resolve(),
};

function readWaha(given: unknown): NewSettings {
  const settings = parseNewSettings(given);
  const made = settings.hmacKey === undefined ? newHmacKey() : null;
  const change = toWahaChange(settings);
  return {
    hmacKey: made ?? settings.hmacKey ?? null,
    made: { hmacKey: made, verifyToken: null },
    save: ({ accounts }, account) => (change ? accounts.setWaha(account, change) : Promise.resolve()),
  };
}

function readMeta(given: unknown): NewSettings {
  const settings = parseNewMetaSettings(given);
  const made = settings.verifyToken === undefined ? newVerifyToken() : null;
  const change = toMetaChange({ ...settings, verifyToken: settings.verifyToken ?? made ?? undefined });
  return {
    hmacKey: settings.appSecret,
    made: { hmacKey: null, verifyToken: made },
    save: ({ accounts }, account) => accounts.setMeta(account, change ?? {}),
  };
}

const noSettings = z.strictObject({ settings: z.strictObject({}).optional() });

/** Checks the settings of a new account, each kind's by its own rules. */
export function readNewSettings(kind: AccountKind, settings: unknown): NewSettings {
  if (kind === 'waha') return readWaha(settings);
  if (kind === 'meta') return readMeta(settings);
  if (kind === 'evolution') {
    throw badField('kind', 'comes later; ingest, waha, meta and export are supported', 'unsupported_kind');
  }
  parseInput(noSettings, { settings });
  return none;
}
