import { toClock, toPeriod } from '../local-time';

interface Gap {
  reason: string;
  from: Date;
  to: Date | null;
  askedAt: Date | null;
  closedAt: Date | null;
  found: number | null;
}

const reasons: Record<string, string> = {
  unreachable: 'the source was down',
  'logged-out': 'the source was logged out',
  'needs-qr': 'the source waited for a QR code',
  blocked: 'the number was blocked',
  'session-started': 'the session was started anew',
  'connected-late': 'the source was connected only then',
};

const minute = (at: Date, timeZone: string): string => toClock(at, timeZone).time.slice(0, 5);

/** A gap in a sentence: `2026-11-26 14:02–14:40 not seen: the source was down; asked again at 14:41; 17 messages were found.` */
export function toGapText({ reason, from, to, askedAt, closedAt, found }: Gap, timeZone: string): string {
  const { day } = toClock(from, timeZone);
  const period = to ? toPeriod(from, to, timeZone) : `${day} ${minute(from, timeZone)} until now`;
  const asked = askedAt ? `asked again at ${minute(askedAt, timeZone)}` : 'not asked again yet';
  const outcome = found === 1 ? 'one message was found' : `${found ?? 0} messages were found`;
  return `${period} not seen: ${reasons[reason] ?? reason}; ${asked}${closedAt ? `; ${outcome}` : ''}.`;
}

/** What a source counts of a chat, beside what we hold of the same time. */
export interface Counted {
  messages: number;
  held: number;
  missing: number;
  from: Date;
  to: Date;
  saidAt: Date;
}

/** A source's count in a sentence: `2026-11-26 14:02–14:40: 2 of 40 messages not seen; the source counted at 14:41.` */
export function toCountText({ messages, missing, from, to, saidAt }: Counted, timeZone: string): string {
  const seen =
    missing === 0 ? `all ${messages} messages seen` : `${missing} of ${messages} messages not seen`;
  return `${toPeriod(from, to, timeZone)}: ${seen}; the source counted at ${minute(saidAt, timeZone)}.`;
}
