import type { PortalClock } from '../portal-clock';
import type { FaultList } from '../faults';
import type { PortalSettings } from '../portal-options';
import type { PortalData } from '../data/portal-data';

/** The parameters of one call, as parsed from JSON or a query. */
export type Params = Record<string, unknown>;

/** The means of a method. */
export interface MethodContext {
  data: PortalData;
  clock: PortalClock;
  settings: PortalSettings;
  faults: FaultList;
}

/** A method's success. `total` and `next` stand beside `result`; `wrote` is the id of the record it changed. */
export interface MethodAnswer {
  result: unknown;
  total?: number;
  next?: number;
  wrote?: number;
}

export type Method = (params: Params, context: MethodContext) => MethodAnswer;

/** A method's refusal: HTTP status, `error` (empty in many old methods) and `error_description`. */
export class RestError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly description: string,
  ) {
    super(`${code}: ${description}`);
  }
}

export const isMap = (value: unknown): value is Params => typeof value === 'object' && value !== null;

/** Items of a list, whether it came as an array or as a map with numbers for keys. */
export function toList(value: unknown): unknown[] {
  if (value === undefined || value === null || value === '') return [];
  if (!isMap(value)) return [value];
  return Array.isArray(value) ? (value as unknown[]) : Object.values(value);
}

export function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** A whole number of at least 1; 0 for anything else. */
export function toId(value: unknown): number {
  const text = toText(value).trim();
  return /^\d{1,15}$/.test(text) ? Number(text) : 0;
}

/** Texts of a `select`, upper or lower case as given. */
export const toSelect = (params: Params): string[] => toList(params['select']).map(toText);

/** `start`: -1 switches counting off. */
export function toStart(params: Params): number {
  const start = Number(toText(params['start']) || '0');
  return Number.isInteger(start) && start >= -1 ? start : 0;
}

const pageSize = 50;

/** One page of 50 with `total` and `next`, or without them when `start` is -1. */
export function toPage<T>(items: readonly T[], start: number): { page: T[]; total?: number; next?: number } {
  if (start === -1) return { page: items.slice(0, pageSize) };
  const page = items.slice(start, start + pageSize);
  const more = start + pageSize < items.length;
  return { page, total: items.length, ...(more ? { next: start + pageSize } : {}) };
}

/** `100`: what the portal answers when a required parameter is absent. */
export const missingParameter = (name: string) =>
  new RestError(400, '100', `Could not find value for parameter {${name}}`);
