import { setTimeout as delay } from 'node:timers/promises';
import type { Hit } from '../faults';
import type { PortalState } from '../portal-state';
import type { BatchAnswer, BatchCommand } from './batch';
import type { Reply } from './reply';
import type { Outcome, RequestRun } from './request-run';
import { toTimeBlock } from './time-block';

/** One HTTP request on its way through the portal. */
export interface Visit {
  portal: PortalState;
  reply: Reply;
  run: RequestRun;
  commands: readonly BatchCommand[];
  /** Absent for a call outside a batch. */
  batch: BatchAnswer | undefined;
  /** Whether the first error ends the batch. */
  halts: boolean;
}

/** What will go wrong with a visit's connection, and how much later it is answered. */
export interface Trouble {
  breakage: Hit | undefined;
  slownessMs: number;
}

/** Carries out the commands from place `from` up to, not including, `until`; gives the last outcome. */
async function carryOut(visit: Visit, from: number, until: number): Promise<Outcome | undefined> {
  const { run, batch, halts } = visit;
  let outcome: Outcome | undefined;
  for (const [index, command] of visit.commands.slice(from, until).entries()) {
    if (run.isCutOff) return undefined;
    if (command.refusal !== undefined) batch?.addError(command.key, command.refusal);
    else {
      outcome = await run.carryOut(command, from + index);
      batch?.add(command, outcome);
    }
    if (halts && (command.refusal !== undefined || outcome?.kind === 'refused')) break;
  }
  return outcome;
}

function answer({ portal, reply, run, batch, commands }: Visit, outcome: Outcome | undefined): void {
  if (batch !== undefined) {
    reply.json(200, batch.toBody(run));
    return;
  }
  if (outcome === undefined) return;
  if (outcome.kind === 'refused') {
    reply.error(outcome.error);
    return;
  }
  const { result, total, next } = outcome.answer;
  reply.json(200, {
    result,
    ...(next === undefined ? {} : { next }),
    ...(total === undefined ? {} : { total }),
    time: toTimeBlock(portal, commands[0]?.method ?? '', outcome.span),
  });
}

function carryOutLater(visit: Visit, from: number, delayMs: number): void {
  const { lateCommits } = visit.portal;
  const timer = setTimeout(() => {
    lateCommits.delete(timer);
    void carryOut(visit, from, Infinity);
  }, delayMs);
  lateCommits.add(timer);
}

/** Carries out a visit's commands and answers, or breaks the connection where trouble says so. */
export async function perform(visit: Visit, { breakage, slownessMs }: Trouble): Promise<void> {
  const kind = breakage?.fault.kind;
  const at = breakage?.at ?? 0;
  if (breakage !== undefined && kind === 'lateCommit') {
    visit.reply.drop();
    await carryOut(visit, 0, at);
    carryOutLater(visit, at, breakage.fault.delayMs);
    return;
  }
  const isLeftOut = kind === 'html502' && breakage?.fault.carriedOut === false;
  const untilByKind = { dropBefore: at, dropAfter: at + 1 };
  const until = kind === 'dropBefore' || kind === 'dropAfter' ? untilByKind[kind] : Infinity;
  const outcome = isLeftOut ? undefined : await carryOut(visit, 0, until);
  visit.run.chargeBatch(visit.batch !== undefined);
  if (slownessMs > 0) await delay(slownessMs);
  if (kind === undefined) answer(visit, outcome);
  else if (kind === 'html502') visit.reply.gateway(502);
  else visit.reply.drop();
}
