import type { AccountDoc } from '../../store/accounts';
import type { ImportDoc } from '../../store/history/imports';
import type { HistorySource } from '../../whatsapp/history-source';
import type { ActivityDeps } from '../deps';

/** One step of an import, with all that it works with. */
export interface Run {
  deps: ActivityDeps;
  doc: ImportDoc;
  account: AccountDoc;
  source: HistorySource;
  signal: AbortSignal;
  /** From when a chat is read, that lags behind from its mark on. */
  from: (mark: Date | null) => Date;
  /** The step has had its share of time, or the worker stops. */
  isOver: () => boolean;
}

/** The same for an exported chat, of which no source is asked. */
export type FileRun = Pick<Run, 'deps' | 'doc' | 'account' | 'isOver'>;
