// Can every pair of colours that meets on a page be read? WCAG 2.2 AA, in both themes, from the tokens themselves.
import { describe, expect, test } from 'vitest';
import css from '../../static/tokens/tokens.css?raw';

type Colours = Record<string, string>;

const [lightPart = '', darkPart = ''] = css.split('@media (prefers-color-scheme: dark)');
const read = (part: string): Colours =>
  Object.fromEntries([...part.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].map(match => [match[1], match[2]]));
const light = read(lightPart);
const themes: Record<string, Colours> = { light, dark: { ...light, ...read(darkPart) } };

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map(from => {
    const share = Number.parseInt(hex.slice(from, from + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

const GROUNDS = ['ground', 'surface', 'sunken', 'accent-soft', 'own', 'danger-soft', 'good-soft', 'note'];
const TEXT: [string, string][] = [
  ...['text', 'quiet', 'accent', 'danger', 'good'].flatMap(colour =>
    GROUNDS.map((ground): [string, string] => [colour, ground]),
  ),
  ['on-accent', 'accent'],
  ['on-accent', 'accent-strong'],
  ['on-danger', 'danger'],
  ...['urgent', 'high', 'medium', 'low', 'unknown'].flatMap((level): [string, string][] => [
    [`on-risk-${level}`, `risk-${level}`],
    [`risk-${level}`, 'surface'],
    [`risk-${level}`, 'ground'],
  ]),
];
const OUTLINES: [string, string][] = [
  ['edge', 'ground'],
  ['edge', 'surface'],
  ['edge', 'sunken'],
  ['note-edge', 'note'],
  ['focus-inner', 'focus-outer'],
];

describe.each(Object.entries(themes))('%s', (_, colours) => {
  const ratio = (one: string, other: string): number => contrast(colours[one] ?? '', colours[other] ?? '');

  test.each(TEXT)('%s can be read on %s', (text, ground) => {
    expect(ratio(text, ground)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(OUTLINES)('%s stands out from %s', (edge, ground) => {
    expect(ratio(edge, ground)).toBeGreaterThanOrEqual(3);
  });

  test('one of the two colours of the focus ring shows on every ground', () => {
    for (const ground of [...GROUNDS, 'accent', 'danger'])
      expect(Math.max(ratio('focus-inner', ground), ratio('focus-outer', ground))).toBeGreaterThanOrEqual(3);
  });
});
