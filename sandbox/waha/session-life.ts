import { setTimeout as delay } from 'node:timers/promises';
import type { Me, Session, SessionStatus } from './session';
import type { WahaState } from './waha-state';
import { sendEvent } from './webhooks';

/** The session's new state, told to its webhooks with the last three. */
export function changeStatus(waha: WahaState, session: Session, status: SessionStatus): void {
  session.status = status;
  session.statuses = [...session.statuses, { status, timestamp: Date.now() }].slice(-3);
  waha.save();
  sendEvent(waha, session, 'session.status', { status, statuses: session.statuses, name: session.name });
}

/** Starts a session that is not running: a scanned one works soon, another one shows a code. */
export function start(waha: WahaState, session: Session): void {
  if (session.status !== 'STOPPED' && session.status !== 'FAILED') return;
  changeStatus(waha, session, 'STARTING');
  const { signal } = waha.stopped;
  void delay(waha.options.startMs, undefined, { signal })
    .then(() => {
      if (session.status !== 'STARTING') return;
      session.qrCount += 1;
      changeStatus(waha, session, session.me ? 'WORKING' : 'SCAN_QR_CODE');
    })
    .catch(() => undefined);
}

export function stop(waha: WahaState, session: Session): void {
  if (session.status !== 'STOPPED') changeStatus(waha, session, 'STOPPED');
}

export function restart(waha: WahaState, session: Session): void {
  stop(waha, session);
  start(waha, session);
}

/** The device leaves the phone's list; the session begins from scratch. */
export function logOut(waha: WahaState, session: Session): void {
  session.me = null;
  restart(waha, session);
}

/** What a phone does to a code. False unless a code is shown. */
export function scan(waha: WahaState, session: Session, me: Me): boolean {
  if (session.status !== 'SCAN_QR_CODE') return false;
  session.me = me;
  changeStatus(waha, session, 'WORKING');
  return true;
}

/** WAHA comes up again: what ran before runs again, as its workers do. */
export function startKept(waha: WahaState): void {
  for (const session of waha.sessions.values()) {
    if (session.status === 'STOPPED') continue;
    session.status = 'STOPPED';
    start(waha, session);
  }
}
