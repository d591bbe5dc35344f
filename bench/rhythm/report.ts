import type { RhythmResult } from './run';

const coresUsed = 0.7 * 2;
const usualIntervalSeconds = 180;

const shareOf = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;

const cpuOf = ({ parts }: RhythmResult): number =>
  parts.worker.cpuMs + parts.temporal.cpuMs + parts.store.cpuMs;

/** Contacts at three minutes that two cores carry at 70 %, by the processor time of a round. */
export const contactsAt70 = (result: RhythmResult): number =>
  Math.round((coresUsed * 1_000 * usualIntervalSeconds) / cpuOf(result));

/** The least time in which the links can have a round: by the processor time of one, on both cores. */
const leastSecondsOf = (result: RhythmResult): number => (cpuOf(result) * result.contacts) / 2_000;

const toRecovery = (result: RhythmResult): string[] => {
  const { recovery, outageMs, contacts } = result;
  if (!recovery) return [];
  const { halfSeconds, allSeconds, never } = recovery;
  return [
    `  worker killed, ${outageMs / 1_000} s without one: half of ${contacts} links looked at after ${halfSeconds.toFixed(1)} s, all but ${never} after ${allSeconds.toFixed(1)} s; least possible ${leastSecondsOf(result).toFixed(1)} s`,
  ];
};

/** A way as people read it. */
export function toReport(result: RhythmResult): string {
  const { way, contacts, intervalMs, rounds, done, seconds, events, parts, startsPerSecond } = result;
  const late = [...result.lateMs].sort((a, b) => a - b);
  const at = (share: number) => (shareOf(late, share) / 1_000).toFixed(2);
  const cpu = (name: keyof typeof parts) => parts[name].cpuMs.toFixed(2);
  return [
    `${way}: ${contacts} contacts every ${intervalMs / 1_000} s, ${rounds} rounds (the rate of ${Math.round((contacts / intervalMs) * 180_000)} contacts every three minutes)`,
    `  rounds ${done} of ${contacts * rounds} due, ${(done / seconds).toFixed(1)} a second`,
    `  late s p50 ${at(0.5)}, p99 ${at(0.99)}, most ${at(1)}`,
    `  CPU ms a round: ${cpuOf(result).toFixed(2)} = worker ${cpu('worker')} + Temporal ${cpu('temporal')} + store ${cpu('store')}`,
    `  of two cores ${((100 * cpuOf(result) * done) / seconds / 2_000).toFixed(0)} %; at 70 % by this: ${contactsAt70(result)} contacts every three minutes`,
    `  events a round ${events?.toFixed(1) ?? 'not followed'}; MB: worker ${parts.worker.rssMb}, Temporal ${parts.temporal.rssMb}, store ${parts.store.rssMb}`,
    `  workflows started ${startsPerSecond.toFixed(0)} a second`,
    ...toRecovery(result),
  ].join('\n');
}
