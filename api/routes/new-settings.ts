import { z } from 'zod';
import type { AccountDoc, AccountKind } from '../../store/accounts';
import type { Store } from '../../store/store';
import { parseInput } from '../http/endpoint';
import { newVerifyToken, parseNewMetaSettings, toMetaChange } from '../meta/settings';
import { newHmacKey } from '../connected/fields';
import { parseNewSettings, toWahaChange } from '../waha/settings';
import { parseNewEvolutionSettings } from '../evolution/settings';

/** What the settings of a new account come to. */
export interface NewSettings {
  /** What its webhooks are signed with, or carry. */
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

function readEvolution(given: unknown): NewSettings {
  const settings = parseNewEvolutionSettings(given);
  const hmacKey = newHmacKey();
  return {
    hmacKey,
    made: { hmacKey, verifyToken: null },
    save: ({ accounts }, account) => accounts.setEvolution(account, settings),
  };
}

const noSettings = z.strictObject({ settings: z.strictObject({}).optional() });

/** Checks the settings of a new account, each kind's by its own rules. */
export function readNewSettings(kind: AccountKind, settings: unknown): NewSettings {
  if (kind === 'waha') return readWaha(settings);
  if (kind === 'meta') return readMeta(settings);
  if (kind === 'evolution') return readEvolution(settings);
  parseInput(noSettings, { settings });
  return none;
}
