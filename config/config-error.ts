/** One variable of the environment that cannot be used; its value is not repeated, as it may be a secret. */
export interface ConfigProblem {
  variable: string;
  expected: string;
}

/** Names every bad variable of the environment at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly problems: ConfigProblem[]) {
    super(
      [
        'The environment cannot be used:',
        ...problems.map((p) => `  ${p.variable}: expected ${p.expected}`),
      ].join('\n'),
    );
  }
}
