const twoDigits = (value: number) => String(value).padStart(2, '0');

/** The portal's own clock and time zone; `offsetMs` sets it apart from this machine's, as a real portal's may be. */
export class PortalClock {
  offsetMs = 0;

  constructor(public utcOffsetMinutes: number) {}

  nowMs(): number {
    return Date.now() + this.offsetMs;
  }

  /** `2026-11-22T12:03:11+03:00`: whole seconds in the portal's time zone, the form of every time in REST answers. */
  format(ms: number): string {
    const local = new Date(ms + this.utcOffsetMinutes * 60_000).toISOString().slice(0, 19);
    const sign = this.utcOffsetMinutes < 0 ? '-' : '+';
    const minutes = Math.abs(this.utcOffsetMinutes);
    return `${local}${sign}${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
  }

  /** Reads a time of a filter; without an offset it is in the portal's zone. NaN when it is no time. */
  parse(text: string): number {
    const hasZone = /(?:Z|[+-]\d\d:?\d\d)$/i.test(text);
    return hasZone
      ? Date.parse(text)
      : Date.parse(`${text.replace(' ', 'T')}Z`) - this.utcOffsetMinutes * 60_000;
  }
}
