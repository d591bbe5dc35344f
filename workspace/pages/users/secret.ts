/** What logs somebody in, or lets a program in: it is shown once. */
export interface Secret {
  title: string;
  text: string;
  secret: string;
}
