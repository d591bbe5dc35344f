import { cloudLimits, type Limits, type PortalSettings, type Timing } from './portal-options';
import { createLimitState, type PortalState } from './portal-state';

type Differences<T> = { [Key in keyof T]?: T[Key] | undefined };

function merge<T extends object>(base: T, differences: Differences<T>): T {
  const given = Object.entries(differences).filter(([, value]) => value !== undefined);
  return { ...base, ...Object.fromEntries(given) };
}

/** Puts other limits in force, with nothing used of them yet; null switches them off. */
export function setLimits(portal: PortalState, limits: Differences<Limits> | null): void {
  portal.limits = createLimitState(limits === null ? null : merge(cloudLimits, limits));
}

/** Changes costs and durations; costs are merged by method. */
export function setTiming(portal: PortalState, timing: Differences<Timing>): void {
  const defaultTimeMs = { ...portal.timing.defaultTimeMs, ...timing.defaultTimeMs };
  portal.timing = { ...merge(portal.timing, timing), defaultTimeMs };
}

/** Changes how the portal is set up. */
export function setSettings(portal: PortalState, settings: Differences<PortalSettings>): void {
  portal.settings = merge(portal.settings, settings);
  portal.clock.utcOffsetMinutes = portal.settings.utcOffsetMinutes;
}
