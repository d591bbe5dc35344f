import type { OperationDoc } from '../../store/operations';
import type { ApiContext } from '../context';

/** A part of a report that was worked out. */
export interface ReportPortion {
  items: object[];
  /** How many people or contacts were looked at for it. */
  looked: number;
  /** The key behind which it goes on; null: nothing is left. */
  after: string | null;
}

/** A report on a portal: worked out portion by portion, each safe to be worked out twice. */
export interface Report {
  /** The part of the stored pages that its portions are. */
  part: string;
  next: (context: ApiContext, operation: OperationDoc, after: string | null) => Promise<ReportPortion>;
  /** Puts the result together from the portions, where they are not the result. Safe to repeat. */
  join?: (context: ApiContext, operation: OperationDoc) => Promise<void>;
}
