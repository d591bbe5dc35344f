import {
  allHandlersFinished,
  condition,
  continueAsNew,
  setCurrentDetails,
  setHandler,
  sleep,
} from '@temporalio/workflow';
import { pauseOfForgetting } from '../domain/privacy/pauses';
import { attentionOf } from './link-state';
import { forgettingProgressQuery, type ForgettingStatus } from './messages';
import { step } from './steps';

const { forgetPerson } = step('Forget a person: the next step');

export interface ForgetPersonInput {
  operationId: string;
  carried?: { status: ForgettingStatus; tries: number };
}

const stepsPerRun = 40;

const newStatus = (operationId: string): ForgettingStatus => ({
  ...{ operationId, next: 'more', phase: 'away', done: 0, total: 0, attention: null },
});

const toDetails = ({ phase, done, total, next, attention }: ForgettingStatus): string =>
  [
    `**${phase}**, step ${done} of ${total}${next === 'waits' ? ', waits for what is under way' : ''}`,
    ...(attention ? [`- attention: **${attention.code}** ${attention.advice}`] : []),
  ].join('\n');

/**
 * The forgetting of one person: step after step until nothing of them is left. A portal or database that is away is waited for, for as long as
 * it takes: what was begun is not left half done.
 */
export async function forgetPersonWorkflow({ operationId, carried }: ForgetPersonInput): Promise<void> {
  const status = carried?.status ?? newStatus(operationId);
  let tries = carried?.tries ?? 0;
  setHandler(forgettingProgressQuery, () => status);
  for (let steps = 0; steps < stepsPerRun; steps += 1) {
    tries = (await advance(status)) ? 0 : tries + 1;
    setCurrentDetails(toDetails(status));
    if (status.next === 'ended') return condition(allHandlersFinished);
    await sleep(pauseOfForgetting(tries), { summary: 'Until the next step' });
  }
  await condition(allHandlersFinished);
  await continueAsNew<typeof forgetPersonWorkflow>({ operationId, carried: { status, tries } });
}

/** One step. False: it waits for something, or could not go on, and the next one is tried after a growing pause. */
async function advance(status: ForgettingStatus): Promise<boolean> {
  try {
    const made = await forgetPerson({ operationId: status.operationId });
    Object.assign(status, made ?? { next: 'ended' }, { attention: null });
    return status.next !== 'waits';
  } catch (error) {
    Object.assign(status, { next: 'waits', attention: attentionOf(error, status.attention, new Date()) });
    return false;
  }
}
