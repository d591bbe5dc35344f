import {
  allHandlersFinished,
  condition,
  continueAsNew,
  setCurrentDetails,
  setHandler,
} from '@temporalio/workflow';
import { pauseOfImport } from '../domain/history';
import type { Attention } from '../domain/link';
import { attentionOf } from './link-state';
import { importProgressQuery, wakeImportSignal, type ImportStatus } from './messages';
import { step } from './steps';

const { importHistory } = step('Read a piece of the history');

export interface HistoryImportInput {
  importId: string;
  carried?: { status: ImportStatus; tries: number };
}

const stepsPerRun = 40;
/** Between two pieces: live messages go first. */
const breathMs = 500;
const turnMs = 10_000;

const newStatus = (importId: string): ImportStatus => ({
  ...{ importId, next: 'more', state: 'running', attention: null },
  ...{ done: 0, total: 0, failed: 0, messagesRead: 0, messagesFound: 0 },
});

const toDetails = ({ state, next, attention, ...counts }: ImportStatus): string =>
  [
    `**${state}**${state === 'running' && next !== 'more' ? `, waits for: ${next}` : ''}`,
    `- chats: ${counts.done} of ${counts.total}, failed: ${counts.failed}`,
    `- messages read: ${counts.messagesRead}, new: ${counts.messagesFound}`,
    ...(attention ? [`- attention: **${attention.code}** ${attention.advice}`] : []),
  ].join('\n');

/**
 * One import of a source's history: step after step until it has ended. A source that is away is waited for; a cancellation is written on the
 * import, and the next step sees it.
 */
export async function historyImportWorkflow({ importId, carried }: HistoryImportInput): Promise<void> {
  const status = carried?.status ?? newStatus(importId);
  let tries = carried?.tries ?? 0;
  let woken = false;
  setHandler(importProgressQuery, () => status);
  setHandler(wakeImportSignal, () => {
    woken = true;
  });
  for (let steps = 0; steps < stepsPerRun; steps += 1) {
    woken = false;
    tries = (await advance(status)) ? 0 : tries + 1;
    setCurrentDetails(toDetails(status));
    // A wake that came meanwhile may be a resumption.
    if (status.next === 'ended' && !isSet(woken)) return condition(allHandlersFinished);
    await condition(() => woken, pauseOf(status, tries), { summary: 'Until the next piece is read' });
  }
  await condition(allHandlersFinished);
  await continueAsNew<typeof historyImportWorkflow>({ importId, carried: { status, tries } });
}

/** Handlers may have set it: the compiler does not know. */
const isSet = (flag: boolean): boolean => flag;

const pauseOf = ({ next }: ImportStatus, tries: number): number => {
  if (tries > 0) return pauseOfImport(tries);
  return next === 'turn' ? turnMs : breathMs;
};

/** One step. False: it could not go on, and the next one is tried after a growing pause. */
async function advance(status: ImportStatus): Promise<boolean> {
  try {
    const progress = await importHistory({ importId: status.importId });
    Object.assign(status, progress ?? { next: 'ended' }, { attention: null });
    return status.next === 'more' || status.next === 'turn' || status.next === 'ended';
  } catch (error) {
    const since: Attention | null = status.attention;
    Object.assign(status, { next: 'source', attention: attentionOf(error, since, new Date()) });
    return false;
  }
}
