import type { Account } from '../../api/queries/sources/accounts';

/** A setting of a kind of source, as its form asks for it; its words stand under `sources.setting`. */
export interface Setting {
  name: string;
  type: 'text' | 'url' | 'password';
  required: boolean;
}

const setting = (name: string, type: Setting['type'] = 'text', required = true): Setting => ({
  name,
  type,
  required,
});

/** What a source has to be told, or tells, before it can be connected. What is not named here has no settings. */
const settings: Partial<Record<Account['kind'], Setting[]>> = {
  waha: [
    setting('baseUrl', 'url'),
    setting('apiKey', 'password', false),
    setting('session', 'text', false),
    setting('callbackUrl', 'url', false),
  ],
  evolution: [
    setting('baseUrl', 'url'),
    setting('apiKey', 'password'),
    setting('instance'),
    setting('callbackUrl', 'url', false),
  ],
  meta: [
    setting('phoneNumberId'),
    setting('accessToken', 'password'),
    setting('appSecret', 'password'),
    setting('verifyToken', 'text', false),
    setting('apiVersion', 'text', false),
    setting('graphUrl', 'url', false),
  ],
};

export const settingsOf = (kind: Account['kind']): readonly Setting[] => settings[kind] ?? [];

/** What was filled in; what was left empty is not sent. */
export const toGiven = (
  kind: Account['kind'],
  form: Readonly<Record<string, string>>,
): Record<string, string> =>
  Object.fromEntries(
    settingsOf(kind)
      .map(({ name }) => [name, form[name]?.trim() ?? ''] as const)
      .filter(([, value]) => value !== ''),
  );

/** Sources that are linked with the phone by a code, as a device of it. */
export const linksDevice = (kind: Account['kind']): boolean => kind === 'waha' || kind === 'evolution';
