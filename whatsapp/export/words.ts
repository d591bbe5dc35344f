import type { MessageKind } from '../../domain/message';

/** `one|two words`. */
const words = (...lists: string[]): string[] => lists.flatMap((list) => list.split('|'));

/** How a language says that a file was left out, in small letters; `~`: the word goes on by gender and number. */
const leftOut = words(
  'omitted|weggelassen|ausgeschlossen|omitid~|ocult~|omis~|omess~|omès|omes~|absent~|esclus~|weggelaten',
  'без медиафайлов|пропущен~|опущен~|отсутству~|пропуснат~|изоставен~|dahil edilmedi|utelämn~|utesl~',
  'udelad~|utelat~|pomini~|puuttu~|jätet~|välja jäetud|vynech~|izostavlj~|izpušč~|kihagy~|elhagy~|hiányzó',
  'fără|παραλεί~|tidak disertakan|dikecualikan|dihilangkan|bị bỏ qua|bỏ qua|ละเว้น|ไม่รวม',
  '省略|略去|忽略|未包含|含まれていません|제외|생략|تم استبعاد|محذوف~|حذف شد|الوسائط|הושמט~|לא נכלל~',
  'लेफ्ट आउट|छोड़|के बिना',
);

/** What was left out, where the line says so. */
const nouns: readonly [MessageKind, string[]][] = [
  [
    'sticker',
    words('sticker|figurinha|стикер|çıkartma|adesivo|ملصق|סטיקר|贴图|貼圖|ステッカー|스티커|tarra'),
  ],
  ['voice', words('voice|sprachnachricht|mensaje de voz|mensagem de voz|vocal|голосов')],
  ['video', words('video|vídeo|vidéo|gif|видео|וידאו|فيديو|סרטון|视频|影片|動画|동영상')],
  ['audio', words('audio|áudio|аудио|ses|صوت|שמע|音频|音訊|音声|오디오|ljud')],
  [
    'image',
    words(
      'image|bild|billede|imagen|imagem|immagine|afbeelding|изображение|görüntü|photo|foto|الصورة|صورة|תמונה',
      '图片|圖片|画像|사진|이미지|kuva|obraz|grafika|obrázek|slika|kép|imagine|зображення|gambar|hình ảnh|εικόνα|图像',
    ),
  ],
  [
    'contacts',
    words('contact|kontakt|contato|contatto|контакт|kişi|بطاقة|איש קשר|联系人|聯絡人|連絡先|연락처'),
  ],
  ['document', words('document|dokument|документ|belge|مستند|מסמך|文档|文件|ドキュメント|문서|asiakirja')],
];

/** What stands beside the name of an attached file. */
const attached = words(
  'file attached|attached|datei angehängt|anhang|archivo adjunto|adjunto|arquivo anexado|anexado',
  'ficheiro anexado|fichier joint|pièce jointe|file allegato|allegato|bestand bijgevoegd|bijlage',
  'файл добавлен|вложение|прикреплено|dosya ekli|eklendi|bifogad fil|fil bifogad|liite',
  'plik dołączony|załącznik|الملف مرفق|مرفق|הקובץ צורף|מצורף|附件|添付ファイル|添付|첨부|첨부된 파일|filen vedhæftet',
);

const edited = words(
  'this message was edited|diese nachricht wurde bearbeitet|se editó este mensaje|mensagem editada',
  'este mensaje fue editado|questo messaggio è stato modificato|ce message a été modifié',
  'dit bericht is bewerkt|сообщение изменено|bu mesaj düzenlendi|edited|editado|bearbeitet',
);

const deleted = words(
  'this message was deleted|you deleted this message|this message was deleted by admin',
  'diese nachricht wurde gelöscht|du hast diese nachricht gelöscht|este mensaje fue eliminado',
  'se eliminó este mensaje|eliminaste este mensaje|mensagem apagada|esta mensagem foi apagada',
  'você apagou esta mensagem|essa mensagem foi apagada|questo messaggio è stato eliminato',
  'hai eliminato questo messaggio|ce message a été supprimé|vous avez supprimé ce message',
  'dit bericht is verwijderd|u hebt dit bericht verwijderd|данное сообщение удалено',
  'вы удалили данное сообщение|сообщение удалено|вы удалили это сообщение|bu mesaj silindi',
  'ta wiadomość została usunięta|wiadomość została usunięta|usunięto tę wiadomość|det här meddelandet raderades',
  'du raderade det här meddelandet|denne besked blev slettet|du slettede denne besked|denne meldingen ble slettet',
  'tämä viesti poistettiin|poistit tämän viestin|tato zpráva byla odstraněna|ezt az üzenetet törölték',
  'acest mesaj a fost șters|це повідомлення видалено|pesan ini telah dihapus|このメッセージは削除されました',
  '삭제된 메시지입니다|이 메시지는 삭제되었습니다|tin nhắn này đã bị xóa|αυτό το μήνυμα διαγράφηκε',
  'bu mesajı sildiniz|تم حذف هذه الرسالة|ההודעה נמחקה|此消息已被删除|此訊息已刪除',
);

const toWords = (line: string): string =>
  line
    .toLowerCase()
    .replace(/[.。]$/, '')
    .trim();
const isAmong = (list: readonly string[]) => {
  const known = new Set(list);
  return (line: string): boolean => known.has(toWords(line));
};

export const isAttachedWord = isAmong(attached);
export const isEditedWord = isAmong(edited);
export const isDeletedWord = isAmong(deleted);

/** Scripts that write words without spaces between them. */
const unspaced = /[\u0e00-\u0e7f\u3000-\u9fff\uac00-\ud7af]/;
const toPattern = (word: string, end: string): string => {
  const stem = word.replace(/~$/, '');
  return unspaced.test(stem) ? stem : `(?<!\\p{L})${stem}${stem === word ? end : ''}`;
};
const leftOutShape = new RegExp(leftOut.map((word) => toPattern(word, '(?!\\p{L})')).join('|'), 'u');
const nounShapes = nouns.map(
  ([kind, names]) => [kind, new RegExp(names.map((name) => toPattern(name, '')).join('|'), 'u')] as const,
);

/** What a line says was left out: the kind where it tells, `media` where it does not; null: it says nothing of it. */
export function readLeftOut(line: string): MessageKind | 'media' | null {
  const said = toWords(line);
  if (!leftOutShape.test(said)) return null;
  return nounShapes.find(([, shape]) => shape.test(said))?.[0] ?? 'media';
}
