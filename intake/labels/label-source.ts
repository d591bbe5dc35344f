/** One of the labels of WhatsApp Business, as a source tells of it. */
export interface SourceLabel {
  id: string;
  name: string;
}

/** A source that can be asked for the labels of its chats. */
export interface LabelSource {
  /** All labels; none where the number has none, or the source did not get them yet. */
  listLabels(): Promise<readonly SourceLabel[]>;
  /** The addresses of the chats that have this label. */
  listLabelledChats(labelId: string): Promise<readonly string[]>;
  /** The other address of a person: of a LID the number’s, of a number the LID’s; null where it is not known. */
  findOtherAddress(address: string): Promise<string | null>;
}
