import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { findFiring, parseRule, toSeries } from '../scenes/rules';

const root = join(__dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

interface Rule {
  alert: string;
  expr: string;
  for?: string;
  labels: Record<string, string>;
  annotations: { summary: string };
}
interface Alert {
  exp_labels: Record<string, string>;
  exp_annotations: { summary: string };
}
interface Case {
  name: string;
  input_series?: { series: string; values: string }[];
  alert_rule_test: { alertname: string; eval_time: string; exp_alerts: Alert[] }[];
}

const { groups } = parse(read('deploy/prometheus/alerts.yml')) as { groups: { rules: Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);
const { tests: cases } = parse(read('test/deploy/alerts.cases.yml')) as { tests: Case[] };

const toMinutes = (duration = '0m'): number => parseInt(duration, 10) * (duration.endsWith('h') ? 60 : 1);

/** The alerts that a rule gives, with the words that a person gets. */
function findAlerts({ alert, expr, for: held, labels, annotations }: Rule, of: Case, at: string): Alert[] {
  const series = (of.input_series ?? []).map((one) => toSeries(one.series, one.values));
  const firing = findFiring(parseRule(expr, series), toMinutes(held), toMinutes(at));
  const words = (own: Record<string, string>) =>
    annotations.summary.replace(/\{\{ \$labels\.(\w+) \}\}/g, (_, name: string) => own[name] ?? alert);
  return firing.map((own) => ({
    exp_labels: { ...labels, ...own },
    exp_annotations: { summary: words(own) },
  }));
}

test.each(cases.map((one) => [one.name, one] as const))('%s', (_name, one) => {
  for (const { alertname, eval_time: at, exp_alerts: expected } of one.alert_rule_test) {
    const rule = rules.find(({ alert }) => alert === alertname);
    expect(rule && findAlerts(rule, one, at)).toEqual(expected);
  }
});

const promtool = process.env['PROMTOOL'] ?? 'promtool';
const isInstalled = spawnSync(promtool, ['--version']).status === 0;
const testOfPrometheus = isInstalled ? test : test.skip;

testOfPrometheus('Prometheus itself sees the same (not run where promtool is not installed)', () => {
  const { status, stdout, stderr } = spawnSync(promtool, ['test', 'rules', 'alerts.cases.yml'], {
    cwd: __dirname,
    encoding: 'utf8',
  });
  expect([status, stderr, stdout]).toEqual([0, '', expect.stringContaining('SUCCESS')]);
});

test.each(rules.map(({ alert }) => alert))('%s has a case in which it fires, and a silent one', (alert) => {
  const expected = cases.flatMap(({ alert_rule_test: ones }) => ones);
  const counts = expected.filter(({ alertname }) => alertname === alert).map((one) => one.exp_alerts.length);
  expect([counts.includes(0), counts.some((count) => count > 0)]).toEqual([true, true]);
});

test('the document says of each alert, and of no other, what to do', () => {
  const section = read('docs/operations.md').split('\n## Alerts\n')[1]?.split('\n## ')[0] ?? '';
  const documented = [...section.matchAll(/^\| `(\w+)` +\|/gm)].map(([, name]) => name);
  expect(documented).toEqual(rules.map(({ alert }) => alert));
});
