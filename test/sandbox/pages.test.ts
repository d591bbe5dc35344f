import { startSandboxPortal, type SandboxPortal } from '../../sandbox/portal';
import { call } from './portal-call';

let portal: SandboxPortal;
beforeEach(async () => {
  portal = await startSandboxPortal();
});
afterEach(() => portal.stop());

const page = async (path: string) => (await fetch(portal.url + path)).text();
const comment = (contactId: number, text: string) =>
  call(portal, 'crm.timeline.comment.add', {
    fields: { ENTITY_ID: contactId, ENTITY_TYPE: 'contact', COMMENT: text },
  });

test('the page shows the timeline newest first, bold headlines and a dimmed last line', async () => {
  const id = portal.addContact({ name: 'Klara', phones: ['+49 (170) 123-45-67'] });
  await comment(id, 'older');
  await comment(id, '[B]WhatsApp · Klara[/B]\n[12:01:00] Klara: Hello\n\nwa#7f3a.c19d2e.000123');
  const html = await page(`/crm/contact/details/${id}/`);
  expect(html).toContain('<b>WhatsApp · Klara</b>');
  expect(html).toContain('<div class="marker">wa#7f3a.c19d2e.000123</div>');
  expect(html).toContain('+49 (170) 123-45-67');
  expect(html.indexOf('Klara: Hello')).toBeLessThan(html.indexOf('older'));
  expect(html).toContain('http-equiv="refresh"');
});

test('nothing that a person wrote becomes markup', async () => {
  const evil = `<script>x</script><img src=x onerror="y"> [B]<i>[/B] [URL=javascript:z]u[/URL] '&`;
  const id = portal.addContact({ name: evil, lastName: evil, phones: [evil], emails: [evil] });
  await comment(id, `${evil}\n${evil.replaceAll(' ', '')}`);
  const content = Buffer.from('x').toString('base64');
  const fields = { ENTITY_ID: id, ENTITY_TYPE: 'contact', COMMENT: 'f', FILES: [[evil, content]] };
  await call(portal, 'crm.timeline.comment.add', { fields });
  for (const path of ['/', `/crm/contact/details/${id}/`]) {
    const html = await page(path);
    expect(html).not.toMatch(/<script|<img|<i>|href="javascript/);
    expect(html).toContain('&lt;script&gt;');
  }
});

test('the list shows names, phones and numbers of comments; a missing contact is told', async () => {
  const id = portal.addContact({ name: 'Klara', lastName: 'Weidenbach', phones: ['+49170'] });
  await comment(id, 'one');
  const html = await page('/');
  expect(html).toContain(`<a href="/crm/contact/details/${id}/">Klara Weidenbach</a>`);
  expect(html).toContain('<td>1</td>');
  expect((await fetch(`${portal.url}/crm/contact/details/99/`)).status).toBe(404);
});

test('pictures are shown, sound is played, a page among the files is only downloaded', async () => {
  const id = portal.addContact({ name: 'Klara' });
  const content = Buffer.from('<script>x</script>').toString('base64');
  const FILES = [
    ['photo.JPG', content],
    ['voice.ogg', content],
    ['page.html', content],
  ];
  await call(portal, 'crm.timeline.comment.add', {
    fields: { ENTITY_ID: id, ENTITY_TYPE: 'contact', COMMENT: 'files', FILES },
  });
  const html = await page(`/crm/contact/details/${id}/`);
  expect(html.match(/<(?:img|audio|video) /g)).toEqual(['<img ', '<audio ']);
  const [comment] = portal.comments(id);
  const types = await Promise.all(
    (comment?.files ?? []).map(async (file) => {
      const { headers } = await fetch(`${portal.url}/disk/downloadFile/${file.id}`);
      return [headers.get('content-type'), headers.get('content-disposition')];
    }),
  );
  expect(types).toEqual([
    ['image/jpeg', 'inline'],
    ['audio/ogg', 'inline'],
    ['application/octet-stream', 'attachment'],
  ]);
});
