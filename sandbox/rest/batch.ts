import type { PortalState } from '../portal-state';
import { parseBracketQuery } from './bracket-query';
import { isMap, RestError, toText, type Params } from './method';
import { toPhpMap } from './php-map';
import type { Command, Outcome, RequestRun } from './request-run';
import { toTimeBlock } from './time-block';

const maxCommands = 50;
const reference = /\$result((?:\[[^\]]*\])+)/g;

/** A command of a batch under its key. */
export interface BatchCommand extends Command {
  key: string;
  /** Refused before anything is carried out: nested, or one too many. */
  refusal?: RestError;
}

type Results = Map<string, unknown>;

/** `$result[p0][items][0][id]` -> what command `p0` answered there; empty when there is no such thing. */
function lookUp(path: string, results: Results): string {
  const [key = '', ...rest] = path.slice(1, -1).split('][');
  let value: unknown = results.get(key);
  for (const segment of rest) {
    value = isMap(value) && Object.hasOwn(value, segment) ? value[segment] : undefined;
  }
  return toText(value);
}

/** Replaces references in every text of the parameters: the portal does not ask where they stand. */
function resolve(params: Params, results: Results): Params {
  for (const [key, value] of Object.entries(params)) {
    if (typeof value === 'string' && value.includes('$result')) {
      params[key] = value.replace(reference, (_all, path: string) => lookUp(path, results));
    } else if (isMap(value)) resolve(value, results);
  }
  return params;
}

function toRefusalOf(method: string, index: number): RestError | undefined {
  if (index >= maxCommands) {
    return new RestError(400, 'ERROR_BATCH_LENGTH_EXCEEDED', 'Max batch length exceeded!');
  }
  if (method !== 'batch') return undefined;
  return new RestError(405, 'ERROR_BATCH_METHOD_NOT_ALLOWED', 'Method is not allowed for batch usage');
}

/** Reads `cmd`, an array or a map of `method?query`. */
export function parseBatch(params: Params, results: Results): BatchCommand[] {
  const given = isMap(params['cmd']) ? Object.entries(params['cmd']) : [];
  return given.map(([key, value], index) => {
    const text = toText(value);
    const mark = text.indexOf('?');
    const method = (mark < 0 ? text : text.slice(0, mark)).trim().toLowerCase();
    const query = mark < 0 ? '' : text.slice(mark + 1);
    const refusal = toRefusalOf(method, index);
    return {
      key,
      method,
      readParams: () => resolve(parseBracketQuery(query), results),
      ...(refusal === undefined ? {} : { refusal }),
    };
  });
}

/** Gathers the outcomes of a batch into its answer. */
export class BatchAnswer {
  /** Results so far, for references. */
  readonly results: Results = new Map();
  private readonly errors: [string, unknown][] = [];
  private readonly totals: [string, unknown][] = [];
  private readonly nexts: [string, unknown][] = [];
  private readonly times: [string, unknown][] = [];

  constructor(private readonly portal: PortalState) {}

  add(command: BatchCommand, outcome: Outcome): void {
    if (outcome.kind === 'refused') this.addError(command.key, outcome.error);
    else {
      const { result, total, next } = outcome.answer;
      this.results.set(command.key, result);
      if (total !== undefined) this.totals.push([command.key, total]);
      if (next !== undefined) this.nexts.push([command.key, next]);
      this.times.push([command.key, toTimeBlock(this.portal, command.method, outcome.span)]);
    }
  }

  addError(key: string, error: RestError): void {
    this.errors.push([key, { error: error.code, error_description: error.description }]);
  }

  toBody(run: RequestRun): Params {
    return {
      result: {
        result: toPhpMap([...this.results]),
        result_error: toPhpMap(this.errors),
        result_total: toPhpMap(this.totals),
        result_next: toPhpMap(this.nexts),
        result_time: toPhpMap(this.times),
      },
      time: toTimeBlock(this.portal, 'batch', run.span),
    };
  }
}
