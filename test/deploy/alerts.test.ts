import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const root = join(__dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

interface Rule {
  alert: string;
  annotations: { summary: string };
}
interface Expected {
  alertname: string;
  exp_alerts: object[];
}

const { groups } = parse(read('deploy/prometheus/alerts.yml')) as { groups: { rules: Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);
const { tests } = parse(read('test/deploy/alerts.cases.yml')) as { tests: { alert_rule_test: Expected[] }[] };
const expected = tests.flatMap(({ alert_rule_test: ones }) => ones);

const promtool = process.env.PROMTOOL ?? 'promtool';
const isThere = spawnSync(promtool, ['--version']).status === 0;
const promtoolTest = isThere ? test : test.skip;

promtoolTest(
  'every alert fires when it should and is silent else (not run where promtool is not installed)',
  () => {
    const { status, stdout, stderr } = spawnSync(promtool, ['test', 'rules', 'alerts.cases.yml'], {
      cwd: __dirname,
      encoding: 'utf8',
    });
    expect([status, stderr, stdout]).toEqual([0, '', expect.stringContaining('SUCCESS')]);
  },
);

test.each(rules.map(({ alert }) => alert))(
  '%s has a case in which it fires and one in which it is silent',
  (alert) => {
    const counts = expected
      .filter(({ alertname }) => alertname === alert)
      .map((one) => one.exp_alerts.length);
    expect([counts.includes(0), counts.some((count) => count > 0)]).toEqual([true, true]);
  },
);

test('the document says of each alert, and of no other, what to do', () => {
  const section = read('docs/operations.md').split('\n## Alerts\n')[1]?.split('\n## ')[0] ?? '';
  const documented = [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
  expect(documented).toEqual(rules.map(({ alert }) => alert));
});
