import type { AccountDoc } from '../../store/accounts';
import type { ApiContext } from '../context';

/** One point of a check: right, or what is to be done. */
export interface Point {
  code: string;
  ok: boolean;
  text: string;
}

export const point = (code: string, ok: boolean, right: string, wrong: string): Point => ({
  ...{ code, ok, text: ok ? right : wrong },
});

/** How a source is: its own word for its state, and what is right or missing. */
export interface Checked {
  state: string | null;
  points: Point[];
}

export const sessionActions = ['start', 'stop', 'restart', 'log-out'] as const;
export type SessionAction = (typeof sessionActions)[number];

/** A session on a linked device, that is set up, scanned and asked through us. */
export interface DeviceSession {
  /** Whether the account says where the source is; else it only delivers. */
  isAsked(context: ApiContext, account: AccountDoc): boolean;
  /** Makes session and webhook as they must be, and may be repeated. A fault of the source is a point of the check that follows. */
  setUp(context: ApiContext, account: AccountDoc): Promise<void>;
  /** Takes our webhook out. False: the source could not be told; null: it is not asked. */
  takeHookOut(context: ApiContext, account: AccountDoc, how: { logOut: boolean }): Promise<boolean | null>;
  /** The code to scan as a PNG. Throws the problem `source_state` while there is none. */
  fetchQr(context: ApiContext, account: AccountDoc): Promise<Buffer>;
  act(context: ApiContext, account: AccountDoc, action: SessionAction): Promise<void>;
}

/** A kind of source that has settings: what accounts of it need from the API. */
export interface ConnectedSource {
  /** Changes settings; refuses what is wrong by `settings.<field>`. */
  change(context: ApiContext, account: AccountDoc, settings: unknown): Promise<void>;
  /** Asks the source how it is, and says in words what is missing. */
  check(context: ApiContext, account: AccountDoc): Promise<Checked>;
  /** Absent: there is no device to link. */
  session?: DeviceSession;
}
