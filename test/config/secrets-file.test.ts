import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

test('processes that make the secret at once agree on one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'contact-link-secret-'));
  const script = `console.log(require(${JSON.stringify(join(__dirname, '../../config/secrets-file.ts'))}).loadOrCreateSecret(${JSON.stringify(folder)}, 'token'))`;
  try {
    const run = () =>
      promisify(execFile)(process.execPath, ['--import', 'tsx', '-e', script], {
        cwd: join(__dirname, '../..'),
      });
    const answers = await Promise.all(Array.from({ length: 4 }, run));
    expect(new Set(answers.map(({ stdout }) => stdout)).size).toBe(1);
    expect(answers[0]?.stdout.trim()).toMatch(/^[\da-f]{64}$/);
    expect(readdirSync(folder)).toEqual(['token']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
