import type { AccountDoc, AccountKind } from '../../store/accounts';
import { evolutionSource } from '../evolution/source';
import { metaSource } from '../meta/source';
import { Problem } from '../http/problem';
import { wahaSource } from '../waha/source';
import type { ConnectedSource, DeviceSession } from './connected-source';

/** The kinds of source with settings. */
export const connectedSources: { [kind in AccountKind]?: ConnectedSource } = {
  waha: wahaSource,
  evolution: evolutionSource,
  meta: metaSource,
};

/** What an account's kind can be asked for, or the problem that it cannot. */
export function sourceOf({ kind }: AccountDoc): ConnectedSource {
  const source = connectedSources[kind];
  if (source) return source;
  throw new Problem('source_not_asked', { detail: 'The account’s source has nothing to be set up.' });
}

/** The session of an account's source, or the problem that it has none. */
export function sessionOf(account: AccountDoc): DeviceSession {
  const { session } = sourceOf(account);
  if (session) return session;
  throw new Problem('source_not_asked', { detail: 'The account’s source links no device.' });
}
