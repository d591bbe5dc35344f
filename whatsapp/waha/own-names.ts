import { z } from 'zod';
import type { Alias } from '../../domain/identity';
import { findAlias, isAmong, withPhoneForms } from '../people';
import type { SourceContext } from '../source-context';
import type { WahaEnvelope } from './payload';

const jid = z.string().nullish().catch(null);
const ownNames = z
  .looseObject({ me: z.looseObject({ id: jid, lid: jid }).nullish().catch(null) })
  .catch({ me: null });

/** Our own names: those the session tells in `me` and those the account has. */
export function listOwnAliases(envelope: WahaEnvelope, context: SourceContext): Alias[] {
  const given = [findAlias(envelope.me?.id), findAlias(envelope.me?.lid)];
  return [...withPhoneForms(context.ownAliases), ...withPhoneForms(given.filter((alias) => alias !== null))];
}

/** The LID that the session says is ours, while its number is the account's. */
export function readOwnLids(payload: unknown, ownAliases: readonly Alias[]): Alias[] {
  const { me } = ownNames.parse(payload);
  const [number, lid] = [findAlias(me?.id), findAlias(me?.lid)];
  const isOurs = number !== null && isAmong(number, withPhoneForms(ownAliases));
  return isOurs && lid?.kind === 'lid' ? [lid] : [];
}
