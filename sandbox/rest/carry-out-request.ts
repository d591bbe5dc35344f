import { setTimeout as delay } from 'node:timers/promises';
import type { Hit } from '../faults';
import type { PortalState } from '../portal-state';
import type { BatchAnswer, BatchCommand } from './batch';
import type { Reply } from './reply';
import type { Outcome, RequestRun } from './request-run';
import { toTimeBlock } from './time-block';

/** One HTTP request on its way through the portal. */
export interface PortalRequest {
  portal: PortalState;
  reply: Reply;
  run: RequestRun;
  commands: readonly BatchCommand[];
  /** Absent for a call outside a batch. */
  batch: BatchAnswer | undefined;
  /** Whether the first error ends the batch. */
  halts: boolean;
}

/** The fault of a request's connection, and how much later it is answered. */
export interface Trouble {
  breakage: Hit | undefined;
  slownessMs: number;
}

/** Carries out the commands from place `from` up to, not including, `until`; gives the last outcome. */
async function carryOut(request: PortalRequest, from: number, until: number): Promise<Outcome | undefined> {
  const { run, batch, halts } = request;
  let outcome: Outcome | undefined;
  for (const [index, command] of request.commands.slice(from, until).entries()) {
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

function answer({ portal, reply, run, batch, commands }: PortalRequest, outcome: Outcome | undefined): void {
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

function carryOutLater(request: PortalRequest, from: number, delayMs: number): void {
  const { lateCommits } = request.portal;
  const timer = setTimeout(() => {
    lateCommits.delete(timer);
    void carryOut(request, from, Infinity);
  }, delayMs);
  lateCommits.add(timer);
}

/** Carries out a request's commands and answers, or breaks the connection where trouble says so. */
export async function perform(request: PortalRequest, { breakage, slownessMs }: Trouble): Promise<void> {
  const kind = breakage?.fault.kind;
  const at = breakage?.at ?? 0;
  if (breakage !== undefined && kind === 'lateCommit') {
    request.reply.drop();
    await carryOut(request, 0, at);
    carryOutLater(request, at, breakage.fault.delayMs);
    return;
  }
  const isLeftOut = kind === 'html502' && breakage?.fault.carriedOut === false;
  const untilByKind = { dropBefore: at, dropAfter: at + 1 };
  const until = kind === 'dropBefore' || kind === 'dropAfter' ? untilByKind[kind] : Infinity;
  const outcome = isLeftOut ? undefined : await carryOut(request, 0, until);
  request.run.chargeBatch(request.batch !== undefined);
  if (slownessMs > 0) await delay(slownessMs);
  if (kind === undefined) answer(request, outcome);
  else if (kind === 'html502') request.reply.gateway(502);
  else request.reply.drop();
}
