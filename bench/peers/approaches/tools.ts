import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Missing, type Given, type Peer } from '../peer';
import { startPostgres } from '../servers/postgres';
import { startRedis } from '../servers/redis';
import { openBodyPeer } from './body-peer';

/** The worker of a tool; without its package it cannot be had. */
function fileOf(name: string, packageName: string): string {
  const installed = existsSync(join(__dirname, '../node_modules', packageName));
  if (!installed) throw new Missing(`${packageName} is not installed: npm ci --prefix bench/peers`);
  return `bench/peers/tools/${name}.ts`;
}

const nothing = () => Promise.resolve();

export const bullmq: Peer = {
  name: 'BullMQ 6 on Redis',
  what: 'a job scheduler per contact',
  durability: 'the last second (AOF everysec)',
  open: async (given) => {
    const file = fileOf('bullmq', 'bullmq');
    const redis = await startRedis(given.folder);
    return openBodyPeer(given, {
      ...{ file, server: String(redis.port), parts: { Redis: [redis.pid] }, stop: redis.stop },
    });
  },
};

export const pgBoss: Peer = {
  name: 'pg-boss 10 on PostgreSQL',
  what: 'a job per contact that makes the next one; a hundred at a time',
  durability: 'nothing (fsync)',
  open: async (given) => {
    const file = fileOf('pg-boss', 'pg-boss');
    const { uri, pid, stop } = await startPostgres(given.folder);
    return openBodyPeer(given, { file, server: uri, parts: { PostgreSQL: [pid] }, stop });
  },
};

const inTheStore = (name: string, packageName: string) => async (given: Given) =>
  openBodyPeer(given, { file: fileOf(name, packageName), server: '', parts: {}, stop: nothing });

export const agenda: Peer = {
  name: 'Agenda 6 on the store',
  what: 'a repeating job per contact',
  durability: "its writes ask for no journal: what the store's server keeps by itself",
  open: inTheStore('agenda', 'agenda'),
};

export const sweep: Peer = {
  name: 'node-cron, one sweep',
  what: 'one indexed query for all, batches of fifty',
  durability: 'nothing: it has no state but the messages',
  open: inTheStore('node-cron', 'node-cron'),
};
