import type { Peer } from '../peer';
import { naive } from './naive';
import { agenda, bullmq, pgBoss, sweep } from './tools';
import { usLiteral, usParked } from './us';

/** All approaches by their short names. */
export const peers: Record<string, Peer> = {
  literal: usLiteral,
  parked: usParked,
  ...{ naive, bullmq, pgboss: pgBoss, agenda, sweep },
};
