// How does a key become words? Catalogues are plain objects; Japanese is the source, so a key or a placeholder that it
// does not have is a compile error everywhere. `{n}` is filled in, `{避難所|ひなんじょ}` carries its reading.

/** The names of the placeholders in a text, read by the compiler. */
export type Placeholders<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `${string}|${string}` ? never : Name) | Placeholders<Rest>
  : never;

export type Source = Readonly<Record<string, string>>;
/** A translation: every key of the source, none more. */
export type Translation<S extends Source> = { readonly [Key in keyof S]: string };

type Values<Text extends string> = [Placeholders<Text>] extends [never]
  ? []
  : [values: Readonly<Record<Placeholders<Text>, string | number>>];

export type Say<S extends Source> = <Key extends keyof S & string>(
  key: Key,
  ...values: Values<S[Key]>
) => string;

/** Words as they stand in the catalogue, filled in; readings are still marked. */
export const marked =
  <S extends Source>(words: Translation<S>): Say<S> =>
  (key, ...[values]) =>
    words[key].replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = (values as Record<string, string | number> | undefined)?.[name];
      return value === undefined ? whole : String(value);
    });

const READING = /\{([^{}|]+)\|([^{}|]+)\}/g;

/** Without readings: for attributes and for the speaking of machines. */
export const plain = (text: string): string => text.replace(READING, '$1');

/** For attributes: filled in and plain. */
export function speaker<S extends Source>(words: Translation<S>): Say<S> {
  const say = marked(words);
  return (key, ...values) => plain(say(key, ...values));
}

export type Piece = string | { base: string; reading: string };

/** A marked text in pieces, for <ruby>. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(READING)) {
    if (match.index > from) found.push(text.slice(from, match.index));
    found.push({ base: match[1] ?? '', reading: match[2] ?? '' });
    from = match.index + match[0].length;
  }
  if (from < text.length) found.push(text.slice(from));
  return found;
}

/** The placeholders of a text while the program runs; a test compares them between languages. */
export const placeholders = (text: string): string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map(match => match[1] ?? '').sort();
