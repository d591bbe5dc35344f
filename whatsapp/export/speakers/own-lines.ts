import { listEnds, quotedAt } from './authors';
import { isOwnLine, readSaid, type FileNames } from '../content';
import { cutPlain, toPlain } from '../plain';

/** A line that nobody said: calls, notices, who came and went. */
export interface OwnLine {
  words: string;
  /** The name in whose mouth an iPhone puts it: the chat's own, or of whom the line is about. */
  speaker: string | null;
}

/** Reads what stands behind the stamp; null: somebody said it. */
export function readOwnLine(text: string, isBracketed: boolean, files: FileNames): OwnLine | null {
  const plain = toPlain(text);
  const ends = listEnds(plain);
  const [first] = ends;
  if (first === undefined || quotedAt(plain, first)) return { words: plain, speaker: null };
  if (!isBracketed) return null;
  for (const end of ends) {
    const said = cutPlain(text, end + 2);
    if (!isOwnLine(said)) continue;
    const read = readSaid(said, files, isBracketed);
    if (read !== 'deleted' && read.kind === 'text')
      return { words: toPlain(said).trim(), speaker: plain.slice(0, end) };
  }
  return null;
}

const many = String.raw`(?<came>.{1,300})`;
const one = String.raw`(?<by>.{1,100}?)`;
/** How languages say that people were added, came by a link, or that somebody made the group. */
const shapes = [
  ...[`${one} added ${many}`, `${one} created (?:the |this )?group.*`, `${one} joined using .*`],
  ...[`${one} hat ${many} hinzugefügt`, `${one} hat (?:die |diese )?Gruppe .*erstellt`],
  ...[`${one} (?:añadió|agregó) a ${many}`, `${one} (?:creó|ha creado) el grupo.*`],
  ...[`${one} adicionou ${many}`, `${one} criou (?:o |este )?grupo.*`],
  ...[`${one} a ajouté ${many}`, `${one} a créé (?:le |ce )?groupe.*`],
  ...[`${one} ha aggiunto ${many}`, `${one} ha creato (?:il |questo )?gruppo.*`],
  ...[`${one} heeft ${many} toegevoegd`, `${one} heeft (?:de )?groep .*gemaakt`],
  ...[`${one} добавил(?:а|\\(-?а\\))? ${many}`, `${one} создал(?:а|\\(-?а\\))? группу.*`],
  ...[`${one}, ${many} kişisini ekledi`, `${one}, .*grubu(?:nu)? oluşturdu`],
].map((shape) => new RegExp(`^${shape}$`, 'iu'));

/** The owner of the phone, as a language calls them. */
const own = /^(?:you|du|dich|tú|te|você|vous|tu|ti|jij|je|jou|u|вы|вас|siz|sizi)$/i;
const between = /, | (?:and|und|y|e|et|en|и|ve) /;

/** Those who are in a group by a line of WhatsApp's own, but for the owner of the phone. */
export function listComers({ words }: OwnLine): string[] {
  for (const shape of shapes) {
    const { by = '', came = '' } = shape.exec(words.replace(/\.$/, ''))?.groups ?? {};
    if (by === '' || quotedAt(words, by.length)) continue;
    const names = [by, ...came.split(between)].map((name) => name.replace(/^~ ?/, '').trim());
    return names.filter((name) => name !== '' && !own.test(name));
  }
  return [];
}
