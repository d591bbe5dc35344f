import type { ExportedFile } from '../../../whatsapp/export/archive';
import { decode } from '../../../whatsapp/export/decode';
import { readFacts } from '../../../whatsapp/export/facts';
import { readChat, type ExportedMessage } from '../../../whatsapp/export/read-chat';
import { surveyChat, UnknownFormError } from '../../../whatsapp/export/survey';

const now = new Date('2026-11-26T12:00:00Z');
const chunks = async function* (text: string): AsyncGenerator<Buffer> {
  yield await Promise.resolve(Buffer.from(text));
};

async function read(text: string) {
  const survey = await surveyChat(decode(chunks(text)), now);
  const [dayOrder = 'dmy'] = survey.dayOrders;
  const rules = { dayOrder, written: new Set(survey.written), files: new Set<string>() };
  const messages: (ExportedMessage | null)[] = [];
  for await (const one of readChat(decode(chunks(text)), rules)) messages.push(one);
  return { survey, messages };
}

const pictures = [
  ...['Bild weggelassen', 'imagen omitida', 'imagem ocultada', 'image absente', 'immagine omessa'],
  ...['afbeelding weggelaten', 'изображение отсутствует', 'görüntü dahil edilmedi', 'obraz pominięty'],
  ...['grafika pominięta', 'bild utelämnad', 'bilde utelatt', 'billede udeladt', 'kuva jätetty pois'],
  ...[
    '画像は省略されました',
    '이미지가 생략됨',
    'תמונה הושמטה',
    'תמונה לא נכללה',
    'الصورة محذوفة',
    '图像已忽略',
  ],
  ...['obrázek vynechán', 'kép kihagyva', 'imagine omisă', 'зображення пропущено', 'slika izostavljena'],
  ...['gambar tidak disertakan', 'hình ảnh bị bỏ qua', 'εικόνα παραλείφθηκε', '图片已略去', '圖片已略去'],
];
test.each(pictures)('a picture that an iPhone left out is a message: %s', async (words) => {
  const { messages } = await read(
    `[13/12/24, 14:03:22] Jane: \u200e${words}\n[13/12/24, 14:03:23] Tom: hi\n`,
  );
  expect(messages.map((one) => one?.said)).toEqual([
    { kind: 'image', text: null, file: { name: null } },
    { kind: 'text', text: 'hi' },
  ]);
});

const media = [
  ...['Medien ausgeschlossen', 'Multimedia omitido', 'Mídia oculta', 'Médias omis', 'Media omessi'],
  ...['Media weggelaten', 'Без медиафайлов', 'Medya dahil edilmedi', 'Bỏ qua phương tiện', '省略多媒体文件'],
  ...[
    'メディアは含まれていません',
    '미디어 파일 제외됨',
    'تم استبعاد الوسائط',
    'המדיה לא נכללה',
    'המדיה הושמטה',
  ],
  ...[
    'Multimedia pominięto',
    'Mediafiler utelämnade',
    'Mediefil udeladt',
    'Utelatt mediefil',
    'Média vynechány',
  ],
  ...[
    'Hiányzó médiafájl',
    'Fără media',
    'Multimedia omès',
    'मीडिया के बिना',
    'ไม่รวมไฟล์สื่อ',
    'Media jätettiin pois',
  ],
  ...['Media dikecualikan', 'Τα πολυμέσα παραλείφθηκαν', 'Медіа пропущено', '多媒體檔案已略去'],
];
test.each(media)('what an Android phone left out is a file: <%s>', async (words) => {
  const { messages } = await read(`13/12/24, 14:03 - Jane: <${words}>\n`);
  expect(messages[0]?.said).toMatchObject({ text: null, file: { name: null } });
});

test('a short line between angles or of an iPhone stays what somebody said', async () => {
  const { messages } = await read(
    ['<3 <3', '<script>', 'a <b> c', 'kép', 'omitted that', 'no image']
      .map((said) => `[13/12/24, 14:03:22] Jane: ${said}\n`)
      .join(''),
  );
  expect(messages.map((one) => one?.said.kind)).toEqual(Array(6).fill('text'));
});

test.each([
  ['24. 12. 13. 오후 2:03 - ', '24. 12. 13. 오후 3:04 - ', ['ymd']],
  ['24-12-13 14:03 - ', '24-12-31 14:03 - ', ['ymd']],
  ['24/3/5, 14:03 - ', '24/3/7, 14:03 - ', ['ymd']],
  ['24.3.13, 14:03 - ', '24.3.15, 14:03 - ', ['dmy', 'ymd']],
  ['13/12/24, 14:03 - ', '14/12/24, 14:03 - ', ['dmy']],
  ['13.12.24, 14:03 - ', '13.12.24, 14:04 - ', ['dmy']],
  ['12/24/22, 14:03 - ', '12/24/23, 14:03 - ', ['mdy']],
  ['24.12.22, 14:03 - ', '24.12.23, 14:03 - ', ['dmy', 'ymd']],
])('a year of two digits may stand in front: %s', async (first, second, orders) => {
  const { survey } = await read(`${first}Jane: x\n${second}Tom: y\n`);
  expect([...survey.dayOrders].sort()).toEqual(orders);
});

test.each(['xq', 'पूर्व', 'بعد'])(
  'an afternoon in a word that nobody knows is refused: 2:03 %s',
  async (half) => {
    await expect(read(`13/12/24, 2:03 ${half} - Jane: x\n`)).rejects.toThrow(UnknownFormError);
  },
);

test.each([
  ['13/12/24, 2:03 nachm. - ', 14],
  ['13.12.2024 klo 14.03 - ', 14],
  ['13.12.24 г., 9:03 ч. - ', 9],
  ['13/12/24, 9:03 Uhr - ', 9],
  ['13/12/2024 à 14:03 - ', 14],
  ['13/12/24, 14:03 xq - ', 14],
  ['13/12/24, 12:05 am - ', 0],
  ['13/12/24, 12:05 p.\u00a0m. - ', 12],
])('the hour of %j is %i', async (stamp, hour) => {
  expect((await read(`${stamp}Jane: x\n`)).messages[0]?.at.hour).toBe(hour);
});

test.each([
  ...[
    'WhatsApp Chat with Jane',
    'WhatsApp Chat - Jane',
    'WhatsApp-Chat mit Jane',
    'Chat de WhatsApp con Jane',
  ],
  ...['Conversa do WhatsApp com Jane', 'Discussion WhatsApp avec Jane', 'Чат WhatsApp с контактом Jane'],
  ...['Чат WhatsApp с Jane', 'WhatsApp Sohbeti - Jane', 'Jane ile WhatsApp Sohbeti', '與Jane的WhatsApp對話'],
])('the name of the text says who it is with: %s', async (name) => {
  const file: ExportedFile = {
    ...{ chatName: `${name}.txt`, names: new Set(), readText: () => chunks('13/12/24, 14:03 - A: x\n') },
    ...{ open: () => Promise.resolve(null), close: () => undefined },
  };
  expect((await readFacts(file, now)).title).toBe('Jane');
});
